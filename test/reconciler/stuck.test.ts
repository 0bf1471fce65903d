import { afterEach, describe, expect, it } from "vitest";
import type { TaskKey } from "../../src/core/task/task.ts";
import type { Life } from "./life.ts";
import { newLife } from "./life.ts";
import type { Stage, StageOptions } from "./stage.ts";
import { openStage, task } from "./stage.ts";

let open: Stage | undefined;
afterEach(() => open?.stop());

const config = "merge: auto\nverify: npm test\nattempts: 2\n";
const failing = { kind: "fail", failure: "no-change", more: { message: "it changed nothing, @ada" } } as const;

function opened(fateOf: StageOptions["fateOf"] = () => failing): Stage {
  open = openStage({ config, fateOf });
  return open;
}

function notes(stage: Stage): readonly string[] {
  return stage.ownComments().filter((body) => body.includes(";stuck="));
}

function retry(stage: Stage, plan: number, key: TaskKey): Promise<void> {
  const retried = { by: "ada", at: new Date(stage.clock.now()).toISOString() };
  return stage.revise(plan, ({ record }) => ({ record: { ...record, steering: { tasks: { [key]: { retried } } } } }));
}

const told = async (stage: Stage, plan: number) => (await stage.state(plan)).record.stuckTold;

describe("a plan whose tasks failed for good", () => {
  it("tells people once what failed, why and what to do, and nothing is written afterwards", async () => {
    const stage = opened();
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    const reconciler = stage.start();
    await stage.until(() => notes(stage).length > 0);
    expect(notes(stage)[0]).toMatch(/\*\*T1\*\* \(#\d+\) after 2 attempts: it changed nothing/);
    expect(notes(stage)[0]).toContain("What waits for that: T2.");
    await stage.pass(10 * 60_000);
    expect(await told(stage, plan)).toEqual({ T1: 2 });
    expect((await stage.state(plan)).record).not.toHaveProperty("creating");
    expect(await stage.writesDuringLooks(reconciler, plan)).toEqual([]);
    expect(notes(stage)).toHaveLength(1);
  });

  it("waits for what still goes on, and tells again of an attempt that failed since", async () => {
    const stage = opened((key, epoch) => (key !== "T1" || epoch > 4 ? { kind: "publish" } : failing));
    const plan = stage.approve([task("T1"), task("T2"), task("T3", ["T2"]), task("T4", ["T1"])]);
    const reconciler = stage.start();
    for (const [index, epoch] of [2, 4].entries()) {
      await stage.until(async () => (await told(stage, plan))?.T1 === epoch);
      expect((await stage.issueOf(plan, "T3")).state).toBe("closed");
      await stage.pass(60_000);
      expect(notes(stage)).toHaveLength(index + 1);
      await retry(stage, plan, "T1");
      stage.hear(reconciler);
    }
    await stage.untilDone(plan);
    expect(notes(stage)).toHaveLength(2);
  });

  it("is told of once for each plan by two hubs at the same moment", async () => {
    const stage = opened();
    const plans = [stage.approve([task("T1")]), stage.approve([task("T1"), task("T2")])];
    stage.start(undefined, { hubId: "one" });
    stage.start(undefined, { hubId: "two" });
    await stage.until(async () => (await Promise.all(plans.map((plan) => told(stage, plan)))).every(Boolean));
    await stage.pass(5 * 60_000);
    expect(notes(stage)).toHaveLength(2);
    expect(await Promise.all(plans.map((plan) => told(stage, plan)))).toEqual([{ T1: 2 }, { T1: 2, T2: 2 }]);
  });

  it("is told of once by a hub that died before it could write that down, and what failed since is told, too", async () => {
    const stage = opened();
    const plan = stage.approve([task("T1"), task("T2")]);
    stage.start();
    await stage.until(async () => (await told(stage, plan)) !== undefined);
    await stage.pass(60_000);
    const at = new Date(stage.clock.now()).toISOString();
    for (const hub of ["hub", "another"]) {
      const creating = { hub, nonce: "n", at, keys: ["stuck T1@2"] };
      await stage.revise(plan, ({ record: { stuckTold: _, ...record } }) => ({ record: { ...record, creating } }));
      await stage.until(async () => (await told(stage, plan)) !== undefined);
      await stage.pass(60_000);
      expect(notes(stage)).toHaveLength(1);
      expect(await told(stage, plan)).toEqual({ T1: 2, T2: 2 });
      expect((await stage.state(plan)).record).not.toHaveProperty("creating");
    }
  });

  it("is told of once whichever of its last calls a hub dies after", async () => {
    const whole = newLife();
    await playUntilTold(whole);
    for (let call = whole.calls - 10; call <= whole.calls; call++) {
      const life = newLife(call, "after");
      const stage = await playUntilTold(life);
      expect(life.isOver).toBe(true);
      await stage.pass(5 * 60_000);
      expect(notes(stage), `it died after call ${call} of ${whole.calls}`).toHaveLength(1);
      await stage.stop();
    }
  });
});

/** One hub, which may die, and another one that comes then. */
async function playUntilTold(life: Life): Promise<Stage> {
  const stage = opened();
  const plan = stage.approve([task("T1")]);
  stage.start(life);
  const end = stage.clock.monotonic() + 60_000;
  await stage.until(
    async () => life.isOver || (await told(stage, plan)) !== undefined || stage.clock.monotonic() > end,
  );
  if (!life.isOver) return stage;
  stage.start(undefined, { hubId: "another" });
  await stage.until(async () => (await told(stage, plan)) !== undefined);
  return stage;
}
