import { describe, expect, it } from "vitest";
import type { PlannedTask } from "../../src/core/task/task.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

const tasks = [task("T1"), task("T2"), task("T3", ["T1"])];

/** What `/plan` and `/approve` leave after that. */
async function planAnew(stage: Stage, plan: number, anew: readonly PlannedTask[]): Promise<void> {
  await stage.revise(plan, ({ record }) => ({
    plan: { goal: "Once more", tasks: anew },
    record: { ...record, revision: record.revision + 1, lastKey: 9, status: { kind: "draft" } },
  }));
}

/** T1 has an open pull request, T2 is with a worker that is silent, T3 waits. */
async function underWay() {
  const stage = openStage({
    config: "merge: manual\nverify: npm test",
    fateOf: (key) => (key === "T2" ? { kind: "silent" } : { kind: "publish" }),
  });
  const plan = stage.approve(tasks);
  const reconciler = stage.start();
  await stage.until(async () => (await stage.comment(plan)).includes("waits for a person to merge it"));
  await stage.until(() => stage.dispatch.accepted.length === 2);
  const [first] = stage.world.pulls.values();
  if (first === undefined) throw new Error("there is no pull request");
  return { stage, plan, reconciler, first };
}

function subIssues({ world }: Stage, plan: number) {
  return [...world.issues.values()].filter(({ parent }) => parent === plan);
}

describe("a cancelled plan", () => {
  it("frees its leases, closes its issues, destroys nothing, says what is left, and is settled", async () => {
    const { stage, plan, reconciler, first } = await underWay();
    const branches = [...stage.world.branches.keys()];
    await stage.cancel(plan);
    await stage.until(async () => (await stage.comment(plan)).includes("is left open"));
    await stage.pass(60_000);
    expect(subIssues(stage, plan).map(({ state, reason }) => `${state} ${reason}`)).toEqual(
      Array(3).fill("closed not_planned"),
    );
    expect(
      subIssues(stage, plan).flatMap(({ labels }) => [...labels].filter((name) => /^coppice:/.test(name))),
    ).toEqual([]);
    expect(stage.leases.current.size).toBe(0);
    expect([...stage.world.branches.keys()]).toEqual(expect.arrayContaining(branches));
    expect(first.state).toBe("open");
    expect(stage.world.issues.get(plan)?.state).toBe("open");
    const comment = await stage.comment(plan);
    expect(comment).toContain("cancelled by ada");
    expect(comment).toContain(`pull request #${first.number} is left open, for a person to merge or close`);
    expect(await stage.writesDuringLooks(reconciler, plan)).toEqual([]);
    await stage.stop();
    const next = stage.start();
    await stage.pass(5_000);
    expect(await stage.writesDuringLooks(next, plan)).toEqual([]);
    expect(stage.dispatch.accepted).toHaveLength(2);
    await stage.stop();
  });

  it("stops its runs; what one publishes all the same is kept and not offered for review", async () => {
    const stage = openStage({ config: "merge: auto\nverify: npm test", runMilliseconds: 50_000 });
    const plan = stage.approve([task("T1"), task("T2")]);
    stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 2);
    await stage.cancel(plan);
    await stage.pass(5_000);
    await stage.until(() => stage.leases.current.size === 0);
    await stage.stop();
    const runs = stage.dispatch.accepted.map(({ offer }) => offer.run);
    expect([...new Set(stage.dispatch.stopped)].toSorted()).toEqual(runs.toSorted());
    expect((await stage.state(plan)).folded.toSorted()).toEqual(["T1", "T2"]);
    expect(stage.world.pulls.size).toBe(0);
    expect([...stage.world.branches.keys()].filter((name) => name.startsWith("coppice/"))).toHaveLength(2);
  });

  it("leaves alone an issue that a person opens again, also after a restart", async () => {
    const { stage, plan } = await underWay();
    await stage.cancel(plan);
    await stage.until(() => subIssues(stage, plan).every(({ state }) => state === "closed"));
    await stage.pass(5_000);
    const { number } = await stage.issueOf(plan, "T3");
    stage.people.reopen(number);
    await stage.stop();
    stage.start();
    await stage.pass(60_000);
    await stage.stop();
    expect(stage.world.issues.get(number)?.state).toBe("open");
  });

  it("keeps what was published and not yet offered for review: the result is folded, the branch stays", async () => {
    const stage = openStage({ config: "merge: manual\nverify: npm test" });
    const plan = stage.approve([task("T1")]);
    stage.journal.fail({ verb: "pulls.open", times: 3 });
    stage.start();
    await stage.until(() => [...stage.leases.current.values()].some(({ lease }) => lease.phase === "published"));
    await stage.cancel(plan);
    await stage.until(() => stage.leases.current.size === 0);
    await stage.stop();
    expect(stage.world.pulls.size).toBe(0);
    expect((await stage.state(plan)).folded).toEqual(["T1"]);
    expect([...stage.world.branches.keys()].some((name) => name.startsWith("coppice/"))).toBe(true);
  });

  it("that was never approved has nothing but its comment", async () => {
    const stage = openStage();
    const plan = stage.approve(tasks);
    await stage.cancel(plan);
    const reconciler = stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("cancelled by ada"));
    await stage.pass(5_000);
    expect(await stage.writesDuringLooks(reconciler, plan)).toEqual([]);
    await stage.stop();
    expect(stage.journal.calls.filter(({ verb }) => verb === "plans.observe")).toEqual([]);
  });

  it("is not given up on the word of a ledger commit that is not the app's", async () => {
    const { stage, plan } = await underWay();
    await stage.cancel(plan);
    // The same files, but by somebody else.
    const cancelled = stage.world.ledger.at(-1);
    stage.world.ledger.pop();
    const [path] = cancelled?.touched ?? [];
    stage.people.commitLedger("mallory", [{ path: path ?? "", text: cancelled?.files.get(path ?? "") ?? "" }]);
    await stage.pass(120_000);
    await stage.stop();
    expect(stage.dispatch.stopped).toEqual([]);
    expect(subIssues(stage, plan).map(({ state: issue }) => issue)).toEqual(Array(3).fill("open"));
  });
});

describe("a plan begun anew on a cancelled one", () => {
  it.each([
    ["after everything was given up", 60_000],
    ["before anybody looked", 0],
  ])("%s takes nothing of the old for the new", async (_, pause) => {
    const { stage, plan, first } = await underWay();
    const old = subIssues(stage, plan).map(({ number }) => number);
    stage.configure("merge: auto\nverify: npm test");
    await stage.cancel(plan);
    await stage.pass(pause);
    await planAnew(stage, plan, [task("T4", [], { title: "Task T1" }), task("T5", ["T4"])]);
    await stage.until(() => old.every((number) => stage.world.issues.get(number)?.state === "closed"));
    await stage.approveAgain(plan);
    await stage.untilDone(plan);
    await stage.pass(5_000);
    await stage.stop();
    expect(old.map((number) => stage.world.issues.get(number)?.reason)).toEqual(Array(3).fill("not_planned"));
    expect(first.state).toBe("open");
    expect(stage.dispatch.accepted.slice(2).map(({ offer }) => offer.task.key)).toEqual(["T4", "T5"]);
    expect(stage.leases.current.size).toBe(0);
    expect(await stage.comment(plan)).not.toContain("| **T1**");
  });
});
