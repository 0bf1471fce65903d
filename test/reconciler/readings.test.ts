import { describe, expect, it } from "vitest";
import type { Stage } from "./stage.ts";
import { diamond, openStage, task } from "./stage.ts";

const auto = "merge: auto\nverify: npm test";

/** How often each thing was read since the journal was cleared. */
function reads({ journal }: Stage) {
  const count = (verb: string) => journal.calls.filter((call) => call.verb === verb).length;
  return {
    ledger: count("ledger.read"),
    views: count("plans.observe"),
    comments: count("comments.get"),
    leases: count("leases.list"),
  };
}

const nothing = { ledger: 0, views: 0, comments: 0, leases: 0 };

/** One task under way for long, and nothing else to do. */
async function underWay() {
  const stage = openStage({ config: auto, runMilliseconds: 3_600_000 });
  const plan = stage.approve([task("T1")]);
  const reconciler = stage.start();
  await stage.until(async () => (await stage.comment(plan)).includes("running"));
  // Just after a timed reading.
  await stage.until(() => stage.clock.monotonic() % 30_000 === 0);
  await stage.pass(1_000);
  stage.journal.clear();
  return { stage, plan, reconciler };
}

describe("what is remembered", () => {
  it("is not read again because workers and runs of this hub say something", async () => {
    const { stage, plan, reconciler } = await underWay();
    for (let wake = 0; wake < 20; wake++) {
      reconciler.wake(plan);
      reconciler.wakeAll();
      await stage.pass(1_000);
    }
    await stage.stop();
    expect(stage.journal.calls).toEqual([]);
  });

  it("is read by the clock: after half a minute, then after two minutes and every five, until there is news", async () => {
    const { stage, reconciler } = await underWay();
    await stage.pass(120_000);
    expect(reads(stage)).toEqual({ ledger: 1, views: 1, comments: 0, leases: 1 });
    await stage.pass(300_000);
    expect(reads(stage)).toMatchObject({ ledger: 2, views: 2, leases: 2 });
    await stage.pass(1_500_000);
    expect(reads(stage)).toMatchObject({ ledger: 7, views: 7, leases: 7 });
    stage.journal.clear();
    reconciler.heard({ kind: "forge" });
    await stage.pass(30_000);
    await stage.stop();
    expect(reads(stage)).toMatchObject({ ledger: 1, leases: 1 });
  });

  it("is read again where webhooks say so: each only its own, and a burst of them once", async () => {
    const { stage, plan, reconciler } = await underWay();
    for (let event = 0; event < 20; event++) reconciler.heard({ kind: "forge" });
    await stage.pass(2_000);
    expect(reads(stage)).toEqual({ ...nothing, views: 1 });
    for (let event = 0; event < 20; event++) reconciler.heard({ kind: "comment", issue: plan });
    await stage.pass(2_000);
    expect(reads(stage)).toEqual({ ...nothing, views: 1, comments: 1 });
    reconciler.heard({ kind: "ledger" });
    reconciler.heard({ kind: "code" });
    await stage.pass(2_000);
    await stage.stop();
    expect(reads(stage)).toEqual({ ...nothing, views: 1, comments: 1 });
  });

  it("is read again of the plan whose issue, pull request or work branch it is told of, and of no other", async () => {
    const { stage, reconciler } = await underWay();
    const other = stage.approve([task("T1")]);
    await stage.until(async () => (await stage.comment(other)).includes("T1"));
    await stage.until(() => stage.clock.monotonic() % 30_000 === 0);
    await stage.pass(1_000);
    const issue = (await stage.state(other)).record.tasks.T1?.number ?? 0;
    stage.journal.clear();
    for (const stranger of [4_711, 4_712, 4_713]) {
      reconciler.heard({ kind: "forge", of: [stranger] });
      await stage.pass(1_000);
    }
    expect(stage.journal.calls).toEqual([]);
    for (const number of [issue, other]) {
      reconciler.heard({ kind: "forge", of: [4_711, number] });
      await stage.pass(2_000);
    }
    await stage.stop();
    expect(reads(stage)).toEqual({ ...nothing, views: 2 });
  });

  it("of leases is read again when a run has ended", async () => {
    const stage = openStage({ config: "verify: npm test", runMilliseconds: 10_000 });
    stage.approve([task("T1")]);
    stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    await stage.pass(9_000);
    stage.journal.clear();
    await stage.until(() => stage.world.pulls.size === 1, 3_000);
    await stage.stop();
    expect(reads(stage)).toMatchObject({ leases: 1, views: 0, comments: 0, ledger: 0 });
  });

  it("lets a whole plan be carried out on few looks", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve(diamond);
    stage.start();
    await stage.until(() => stage.world.issues.get(plan)?.state === "closed");
    await stage.stop();
    // Four waves of work, two looks each; a few for the beginning and the end. The plan comment is never read back, the approving one once.
    expect(reads(stage).views).toBeLessThanOrEqual(14);
    expect(reads(stage).comments).toBe(1);
  });
});

describe("what people see", () => {
  it("is brought up to date every few seconds while work flows, and shows the last state at rest", async () => {
    const stage = openStage({ config: auto, workers: { a: 1 }, runMilliseconds: 700 });
    const many = Array.from({ length: 12 }, (_, index) => task(`T${index + 1}`));
    const plan = stage.approve(many);
    stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    const began = stage.clock.monotonic();
    stage.journal.clear();
    await stage.until(() => stage.world.issues.get(plan)?.state === "closed");
    const seconds = (stage.clock.monotonic() - began) / 1_000;
    const edits = stage.journal.calls.filter(({ verb }) => verb === "comments.update").length;
    await stage.pass(2_000);
    await stage.stop();
    expect(edits).toBeLessThanOrEqual(seconds / 5 + 3);
    expect(await stage.comment(plan)).toContain("Plan r1: done");
    const labels = [...stage.world.issues.values()].flatMap((issue) => [...issue.labels]);
    expect(labels.filter((name) => name.startsWith("coppice:"))).toEqual(["coppice:plan"]);
  });
});

describe("a forge that does not show yet what was just made", () => {
  it("is waited for: work whose pull request is out of sight is not begun again", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve([task("T1")]);
    stage.start();
    const { pulls, issues } = stage.world;
    await stage.until(() => pulls.size === 1);
    const [hidden] = [...pulls];
    pulls.clear();
    await stage.pass(20_000);
    expect(stage.dispatch.accepted).toHaveLength(1);
    if (hidden !== undefined) pulls.set(...hidden);
    await stage.until(() => issues.get(plan)?.state === "closed", 60_000);
    await stage.stop();
    expect(stage.dispatch.accepted).toHaveLength(1);
  });

  it("is not waited for without end: the plan goes on, and people are told which pull request is missing", async () => {
    const stage = openStage({ config: auto, workers: { a: 1 } });
    const plan = stage.approve([task("T1"), task("T2")]);
    stage.start();
    await stage.until(() => stage.world.pulls.size === 1);
    stage.world.pulls.clear();
    await stage.until(() => stage.world.issues.get(plan + 2)?.state === "closed", 180_000);
    await stage.pass(60_000);
    await stage.stop();
    expect(stage.dispatch.accepted.map(({ offer }) => offer.task.key)).toEqual(["T1", "T2"]);
    expect(await stage.comment(plan)).toContain("no pull request of that branch is to be seen");
  });
});

describe("two hubs of one repository", () => {
  it("find what the other did by the clock at the latest: no task is made, done or merged twice", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve(diamond);
    stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    stage.start();
    await stage.untilDone(plan);
    await stage.pass(40_000);
    await stage.stop();
    const { issues, pulls } = stage.world;
    expect([...issues.values()].map(({ state }) => state)).toEqual(Array(7).fill("closed"));
    expect([...pulls.values()].map(({ state }) => state)).toEqual(Array(6).fill("merged"));
    expect(stage.leases.current.size).toBe(0);
  });
});
