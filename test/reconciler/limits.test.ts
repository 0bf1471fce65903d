import { afterEach, describe, expect, it } from "vitest";
import type { Usage } from "../../src/core/plan/plan.ts";
import type { Steered, Steering } from "../../src/core/plan/steering.ts";
import { mergePull } from "../../src/reconciler/perform/merging.ts";
import { Sightings } from "../../src/reconciler/sightings.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

let open: Stage | undefined;
afterEach(() => open?.stop());

const auto = "merge: auto\nverify: npm test\nattempts: 1\n";
const usage: Usage = { inputTokens: 1_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

function opened(...given: Parameters<typeof openStage>): Stage {
  open = openStage(...given);
  return open;
}

function steer(stage: Stage, plan: number, steering: Steering): Promise<void> {
  return stage.revise(plan, ({ record }) => ({ record: { ...record, steering } }));
}

function notes(stage: Stage): readonly string[] {
  return stage.ownComments().filter((body) => body.includes(";budget="));
}

const isDone = (stage: Stage, plan: number) => async () => (await stage.state(plan)).record.status.kind === "done";
const ada = (stage: Stage) => ({ by: "ada", at: new Date(stage.clock.now()).toISOString() });

describe("a budget that is spent", () => {
  it("keeps what comes next waiting, is told of once, and lets it go on when it is raised", async () => {
    const config = `${auto}budget: { plan: { tokens: 1500 } }\n`;
    const stage = opened({ config, fateOf: () => ({ kind: "publish", usage }) });
    const plan = stage.approve([task("T1"), task("T2", ["T1"]), task("T3", ["T2"])]);
    const reconciler = stage.start();
    await stage.until(() => notes(stage).length === 1);
    await stage.pass(10 * 60_000);
    expect(stage.dispatch.accepted.map(({ offer }) => offer.task.key)).toEqual(["T1", "T2"]);
    expect(notes(stage)).toHaveLength(1);
    expect(notes(stage)[0]).toContain("the plan's budget of 1,500 tokens is spent: raise budget.plan.tokens");
    expect(reconciler.answers.status(plan)).toContain("**T3** (#4) queued: the plan's budget of 1,500 tokens is spent");
    expect((await stage.state(plan)).record.spentTold).toEqual({ plan: "plan 1500 tokens" });
    stage.configure(`${auto}budget: { plan: { tokens: 5000 } }\n`);
    reconciler.heard({ kind: "code" });
    await stage.until(isDone(stage, plan));
    expect(notes(stage)).toHaveLength(1);
  });

  it("is told of once by two hubs at the same moment, and by one that died before it could write that down", async () => {
    const stage = opened({
      config: `${auto}budget: { plan: { tokens: 500 } }\n`,
      fateOf: () => ({ kind: "publish", usage }),
    });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    stage.start();
    stage.start();
    await stage.until(async () => (await stage.state(plan)).record.spentTold !== undefined);
    await stage.pass(30_000);
    expect(notes(stage)).toHaveLength(1);
    const dying = { hub: "hub", nonce: "n", at: ada(stage).at, keys: ["budget plan 500 tokens"] };
    await stage.revise(plan, ({ record: { spentTold: _, ...record } }) => ({ record: { ...record, creating: dying } }));
    await stage.until(async () => (await stage.state(plan)).record.spentTold !== undefined);
    expect(notes(stage)).toHaveLength(1);
    expect((await stage.state(plan)).record.creating).toBeUndefined();
  });

  it("of the day counts every plan and its failures, and goes on the next day; another hub tells of it no more", async () => {
    const config = `${auto.replace("1", "3")}budget: { day: { tokens: 2500 } }\n`;
    const stage = opened({
      config,
      fateOf: (_, epoch) =>
        epoch === 1 ? { kind: "fail", failure: "no-change", more: { usage, seconds: 9 } } : { kind: "publish", usage },
    });
    const day = 24 * 60 * 60_000;
    stage.clock.advance(day - (stage.clock.now() % day) - 30 * 60_000);
    const plans = [stage.approve([task("T1")]), stage.approve([task("T1", []), task("T2", ["T1"])])];
    stage.start();
    await stage.until(() => notes(stage).length > 0);
    await stage.stop();
    const before = stage.dispatch.accepted.length;
    const second = stage.start();
    await stage.pass(5 * 60_000);
    expect(stage.dispatch.accepted).toHaveLength(before);
    expect(new Set(notes(stage)).size).toBe(notes(stage).length);
    const told = notes(stage).length;
    await stage.until(
      async () => (await Promise.all(plans.map((plan) => isDone(stage, plan)()))).every(Boolean),
      60 * 60_000,
    );
    expect(notes(stage).length).toBeGreaterThanOrEqual(told);
    expect(second.answers.explain(plans[0] ?? 0)).toMatchObject([{ key: "T1", state: "done" }]);
  });

  it("counts what failed attempts cost of a task that a person closed: its lease is gone, the money too", async () => {
    const config = `${auto}budget: { plan: { tokens: 500 }, day: { tokens: 5000 } }\n`;
    const more = { usage, seconds: 9 };
    const stage = opened({ config, fateOf: () => ({ kind: "fail", failure: "no-change", more }) });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    const reconciler = stage.start();
    await stage.until(() => reconciler.answers.explain(plan)?.[0]?.state === "failed");
    const { number } = await stage.issueOf(plan, "T1");
    stage.people.close(number, "completed");
    reconciler.heard({ kind: "forge" });
    await stage.until(() => !stage.leases.current.has(number));
    await stage.pass(60_000);
    expect(stage.dispatch.accepted.map(({ offer }) => offer.task.key)).toEqual(["T1"]);
    expect(reconciler.answers.status(plan)).toContain("the plan's budget of 500 tokens is spent");
    expect((await stage.state(plan)).record.costs).toMatchObject({ T1: { thatDay: { tokens: 1_000, seconds: 9 } } });
    stage.configure(`${auto}budget: { plan: { tokens: 5000 }, day: { tokens: 500 } }\n`);
    reconciler.heard({ kind: "code" });
    await stage.until(
      () => reconciler.answers.status(plan)?.includes("today's budget of 500 tokens is spent") === true,
    );
  });

  it.each([-365, 365])(
    "of the day is neither filled nor escaped by a worker whose clock is %i days off",
    async (days) => {
      const config = `${auto.replace("1", "9")}budget: { day: { tokens: 1500 } }\n`;
      let off = "";
      const fateOf = () => ({ kind: "fail", failure: "no-change", more: { usage, seconds: 2, at: off } }) as const;
      const stage = opened({ config, fateOf });
      off = new Date(stage.clock.now() + days * 24 * 60 * 60_000).toISOString();
      stage.approve([task("T1")]);
      stage.start();
      await stage.until(() => notes(stage).length === 1);
      expect(stage.dispatch.accepted).toHaveLength(2);
      await stage.until(() => stage.dispatch.accepted.length > 2, 25 * 60 * 60_000);
    },
  );

  it("of the day counts what a plan spent before it was begun anew", async () => {
    const config = `${auto}budget: { day: { tokens: 500 } }\n`;
    const stage = opened({ config, fateOf: () => ({ kind: "publish", usage }) });
    const first = stage.approve([task("T1"), task("T2", ["T1"])]);
    stage.start();
    await stage.until(async () => (await stage.state(first)).folded.length === 1);
    await stage.stop();
    await stage.cancel(first);
    await stage.revise(first, ({ record }) => ({ record: { ...record, status: { kind: "draft" } } }));
    const second = stage.approve([task("T1")]);
    const reconciler = stage.start();
    await stage.pass(60_000);
    expect(stage.dispatch.accepted).toHaveLength(1);
    expect(reconciler.answers.status(second)).toContain("today's budget of 500 tokens is spent");
  });
});

describe("people who steer", () => {
  it("pause a plan: nothing starts or is merged, and it goes on where it was", async () => {
    const stage = opened({ config: auto });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    await steer(stage, plan, { paused: ada(stage) });
    const reconciler = stage.start();
    await stage.pass(60_000);
    expect(stage.dispatch.accepted).toEqual([]);
    expect([...stage.world.issues.keys()]).toEqual([plan]);
    await steer(stage, plan, { resumed: ada(stage) });
    stage.hear(reconciler);
    await stage.until(isDone(stage, plan));
  });

  it.each([
    ["merged while nobody minds", undefined, "merged"],
    [
      "not merged once the plan is paused, though the look was before that",
      (who: Steered) => ({ paused: who }),
      "open",
    ],
    ["nor once its task is", (who: Steered) => ({ tasks: { T1: { paused: who } } }), "open"],
  ] as const)("have what is green %s", async (_, wanted, expected) => {
    const stage = opened({ config: "verify: npm test" });
    const plan = stage.approve([task("T1")]);
    const reconciler = stage.start();
    await stage.until(() => reconciler.answers.explain(plan)?.[0]?.state === "review");
    await stage.pass(10_000);
    const snapshot = reconciler.answers.snapshot(plan);
    const pull = snapshot?.tasks[0]?.pull;
    if (snapshot === undefined || pull === undefined) throw new Error("there is no pull request");
    if (wanted !== undefined) await steer(stage, plan, wanted(ada(stage)));
    const sightings = new Sightings(stage.clock, { id: "hub", nonce: "n" });
    const scene = {
      ports: stage.options,
      sightings,
      snapshot,
      policy: { ...reconciler.policy, merge: "auto" as const },
    };
    const issue = snapshot.tasks[0]?.issue?.number ?? 0;
    await mergePull({ kind: "merge-pull", task: "T1", issue, pull: pull.number, head: pull.head }, scene);
    expect(stage.pullOf(issue)?.state).toBe(expected);
  });

  it.each([
    ["the plan", (who: Steered) => ({ paused: who })],
    ["the task", (who: Steered) => ({ tasks: { T1: { paused: who } } })],
  ])("pause %s while it is being offered: no further worker is asked", async (_, steering) => {
    const stage = opened({ config: auto, workers: { "worker-a": 1, "worker-b": 1 } });
    const plan = stage.approve([task("T1")]);
    const asked: string[] = [];
    stage.dispatch.offer = async (worker) => {
      asked.push(worker);
      await steer(stage, plan, steering(ada(stage)));
      stage.hear(reconciler);
      return false;
    };
    const reconciler = stage.start();
    await stage.pass(60_000);
    expect(asked).toHaveLength(1);
    expect(reconciler.answers.status(plan)).toContain("paused by ada");
  });

  it("have a failed task tried anew by another agent, at once", async () => {
    const stage = opened({
      config: auto,
      fateOf: (_, epoch) => (epoch === 1 ? { kind: "fail", failure: "verify-failed" } : { kind: "publish" }),
    });
    const plan = stage.approve([task("T1")]);
    const reconciler = stage.start();
    await stage.until(() => reconciler.answers.explain(plan)?.[0]?.state === "failed");
    await stage.pass(60_000);
    expect(stage.dispatch.accepted).toHaveLength(1);
    await steer(stage, plan, { tasks: { T1: { retried: ada(stage), agent: "script", specialist: "docs-writer" } } });
    stage.hear(reconciler);
    await stage.until(isDone(stage, plan), 60_000);
    const [first, second] = stage.dispatch.accepted.map(({ offer }) => offer);
    expect(first?.agent).toBeUndefined();
    expect(second).toMatchObject({ agent: "script", task: { specialist: "docs-writer" } });
    expect(second?.lease).toMatchObject({
      epoch: 2,
      retried: {},
      failures: [{ kind: "verify-failed", forgiven: true }],
    });
  });

  it("stop a run: its worker is told, and nothing is started again before they say so", async () => {
    const stage = opened({ config: auto, runMilliseconds: 600_000 });
    const plan = stage.approve([task("T1")]);
    const reconciler = stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    await steer(stage, plan, { tasks: { T1: { paused: ada(stage), stopped: { ...ada(stage), epoch: 1 } } } });
    stage.hear(reconciler);
    await stage.until(() => stage.dispatch.stopped.length > 0);
    expect(stage.dispatch.stopped[0]).toBe(stage.dispatch.accepted[0]?.offer.run);
  });
});

describe("a spent quota", () => {
  it("parks the agent for every task, as long as the provider says, and no longer", async () => {
    const stage = opened({
      config: auto,
      workers: { "worker-a": 1 },
      fateOf: (key, epoch) =>
        key === "T1" && epoch === 1
          ? { kind: "fail", failure: "quota", more: { agent: "script", retryAfterSeconds: 1_200 } }
          : { kind: "publish" },
    });
    const plan = stage.approve([task("T1", [], { priority: "high" }), task("T2")]);
    const reconciler = stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    await stage.pass(15 * 60_000);
    expect(stage.dispatch.accepted).toHaveLength(1);
    expect(reconciler.answers.status(plan)).toContain("the quota of script is spent");
    await stage.until(isDone(stage, plan), 10 * 60_000);
    expect(stage.dispatch.accepted.map(({ offer }) => offer.task.key).toSorted()).toEqual(["T1", "T1", "T2"]);
  });
});
