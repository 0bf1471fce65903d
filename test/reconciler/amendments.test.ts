import { describe, expect, it } from "vitest";
import type { CatchUp, PlanState } from "../../src/core/plan/plan.ts";
import type { PlannedTask } from "../../src/core/task/task.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

const auto = "merge: auto\nverify: npm test";

/** T1 runs for long; the others wait for it or for a free agent. */
async function running(tasks: readonly PlannedTask[], runMilliseconds = 60_000) {
  const stage = openStage({ config: `${auto}\nmax-agents: 1`, runMilliseconds });
  const plan = stage.approve(tasks);
  const reconciler = stage.start();
  await stage.until(() => stage.dispatch.accepted.length === 1);
  await stage.until(async () => (await stage.comment(plan)).includes("running"));
  return { stage, plan, reconciler };
}

/** What `/amend` leaves. */
function amend(stage: Stage, plan: number, tasks: readonly PlannedTask[]): Promise<void> {
  return stage.revise(plan, (state) => ({ amendment: { goal: state.plan.goal, tasks }, record: revised(state) }));
}

function revised({ record, hash }: PlanState): PlanState["record"] {
  const revision = record.revision + 1;
  const at = new Date(0).toISOString();
  const entry = { revision, hash, by: "ada", at, summary: "amended" };
  return { ...record, revision, revisions: [...record.revisions, entry], lastKey: 9 };
}

/** What approving it leaves. */
async function approveAmendment(stage: Stage, plan: number, catchUp: CatchUp): Promise<void> {
  await stage.approveAgain(plan);
  await stage.revise(plan, ({ record }) => ({ record: { ...record, catchUp } }));
}

describe("an amendment that waits for approval", () => {
  it("holds the tasks it changes or takes away, each with that word, and no others", async () => {
    const { stage, plan } = await running([task("T1"), task("T2"), task("T3"), task("T4")]);
    await amend(stage, plan, [task("T1"), task("T2", [], { title: "Otherwise" }), task("T4"), task("T9")]);
    await stage.until(() => stage.dispatch.accepted.length === 2);
    await stage.until(async () => (await stage.comment(plan)).includes("amendment r2 waits for approval"));
    const rows = (await stage.comment(plan)).split("\n").filter((line) => line.startsWith("| **T"));
    expect(rows.map((row) => row.includes("queued: amendment r2 waits for approval"))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    await stage.pass(300_000);
    expect(stage.dispatch.accepted.map(({ offer }) => offer.task.key)).toEqual(["T1", "T4"]);
    expect([...stage.world.issues.values()].map(({ title }) => title)).not.toContain("Task T9");
    await stage.stop();
  });

  it("does not let the plan end without it, and changes nothing while it waits", async () => {
    const { stage, plan, reconciler } = await running([task("T1")]);
    await amend(stage, plan, [task("T1"), task("T9")]);
    await stage.until(() => [...stage.world.pulls.values()].some(({ state }) => state === "merged"));
    await stage.pass(60_000);
    expect((await stage.state(plan)).record.status.kind).toBe("approved");
    expect(await stage.writesDuringLooks(reconciler, plan)).toEqual([]);
    await stage.approveAgain(plan);
    await stage.untilDone(plan);
    await stage.stop();
    expect(stage.dispatch.accepted.map(({ offer }) => offer.task.key)).toEqual(["T1", "T9"]);
  });

  it("lets every held task go on when it is dropped", async () => {
    const { stage, plan } = await running([task("T1"), task("T2")]);
    await amend(stage, plan, [task("T1")]);
    await stage.until(async () => (await stage.comment(plan)).includes("queued: amendment r2 waits"));
    await stage.revise(plan, () => ({ amendment: null }));
    await stage.untilDone(plan);
    await stage.stop();
    expect(stage.dispatch.accepted).toHaveLength(2);
  });
});

describe("an approved amendment", () => {
  const before = [task("T1"), task("T2", ["T1"]), task("T3", ["T2"]), task("T4", ["T1"])];
  const high = { title: "Otherwise", priority: "high", specialist: "docs-writer" } as const;
  const after = [task("T1"), task("T3", ["T9"], high), task("T4"), task("T9")];
  const catchUp: CatchUp = {
    rewrite: ["T3", "T4"],
    unlink: [
      { blocked: "T3", blocking: "T2" },
      { blocked: "T4", blocking: "T1" },
    ],
  };

  it("is carried over to the issues that exist, and then the ledger and everybody know it", async () => {
    const { stage, plan, reconciler } = await running(before, 120_000);
    const numbers = await Promise.all((["T2", "T3", "T4"] as const).map((key) => stage.issueOf(plan, key)));
    const [second, third, fourth] = numbers;
    if (second === undefined || third === undefined || fourth === undefined) throw new Error("an issue is missing");
    const first = (await stage.issueOf(plan, "T1")).number;
    await amend(stage, plan, after);
    await stage.pass(31_000);
    await approveAmendment(stage, plan, catchUp);
    await stage.until(async () => (await stage.state(plan)).record.catchUp === undefined);
    // While work flows it is shown every ten seconds.
    await stage.pass(12_000);

    const added = await stage.issueOf(plan, "T9");
    expect(third).toMatchObject({ title: "Otherwise", state: "open" });
    expect(third.body).toContain("Waits for T9 of the plan");
    expect([...third.labels].toSorted()).toEqual(["agent:docs-writer", "coppice:queued", "priority:high"]);
    expect([...third.blockedBy]).toEqual([added.number]);
    expect(fourth.body).not.toContain("Waits for");
    expect([...fourth.blockedBy]).toEqual([]);
    expect([...second.blockedBy]).toEqual([first]);
    expect(second).toMatchObject({ state: "closed", reason: "not_planned" });
    expect([...second.labels].filter((name) => name.startsWith("coppice:"))).toEqual([]);
    expect(await stage.writesDuringLooks(reconciler, plan)).toEqual([]);

    await stage.untilDone(plan);
    await stage.stop();
    const order = stage.dispatch.accepted.map(({ offer }) => offer.task.key);
    expect(order.toSorted()).toEqual(["T1", "T3", "T4", "T9"]);
    expect(order.indexOf("T9")).toBeLessThan(order.indexOf("T3"));
    expect(await stage.comment(plan)).not.toContain("| **T2**");
  });

  it("is carried over by the next hub when one dies half-way", async () => {
    const { stage, plan } = await running(before);
    await amend(stage, plan, after);
    await stage.pass(31_000);
    stage.journal.fail({ verb: "issues.removeBlockers", moment: "before" });
    stage.journal.fail({ verb: "labels.change", moment: "after" });
    stage.journal.fail({ verb: "ledger.commit", moment: "after", times: 1 });
    const approved = approveAmendment(stage, plan, catchUp).catch(() => approveAmendment(stage, plan, catchUp));
    await approved;
    await stage.stop();
    stage.start();
    await stage.until(async () => (await stage.state(plan)).record.catchUp === undefined);
    await stage.untilDone(plan);
    await stage.stop();
    expect([...stage.world.issues.values()].map(({ title }) => title).toSorted()).toEqual([
      "Build it",
      "Otherwise",
      "Task T1",
      "Task T2",
      "Task T4",
      "Task T9",
    ]);
    expect([...(await stage.issueOf(plan, "T3")).blockedBy]).toEqual([(await stage.issueOf(plan, "T9")).number]);
  });

  it("leaves out what is gone, and what a later one made a need again", async () => {
    const { stage, plan } = await running([task("T1"), task("T2", ["T1"]), task("T3", ["T1"])]);
    const gone = await stage.issueOf(plan, "T3");
    stage.world.issues.delete(gone.number);
    await approveAmendment(stage, plan, {
      rewrite: ["T3"],
      unlink: [
        { blocked: "T2", blocking: "T1" },
        { blocked: "T3", blocking: "T1" },
      ],
    });
    await stage.until(async () => (await stage.state(plan)).record.catchUp === undefined);
    await stage.stop();
    expect([...(await stage.issueOf(plan, "T2")).blockedBy]).toEqual([(await stage.issueOf(plan, "T1")).number]);
  });
});

describe("which tasks have been started", () => {
  it("is looked at afresh: a lease, a closed issue, an offer under way", async () => {
    const stage = openStage({
      config: `${auto}\nmax-agents: 1`,
      runMilliseconds: 600_000,
    });
    const plan = stage.approve([task("T1"), task("T2"), task("T3"), task("T4", ["T1"])]);
    const reconciler = stage.start();
    expect(await reconciler.answers.started(plan)).toEqual([]);
    await stage.until(() => stage.dispatch.accepted.length === 1);
    await stage.pass(5_000);
    expect(await reconciler.answers.started(plan)).toEqual(["T1"]);
    stage.people.close((await stage.issueOf(plan, "T2")).number, "not_planned");
    const { number } = await stage.issueOf(plan, "T3");
    stage.leases.move(undefined, {
      ...{ version: 1, plan, task: "T3", issue: number, phase: "claimed", holder: "other/run", epoch: 1 },
      ...{ nonce: "n", seconds: 900, branch: "coppice/x", failures: [] },
    });
    stage.journal.clear();
    expect(await reconciler.answers.started(plan)).toEqual(["T1", "T2", "T3"]);
    const writes = stage.journal.calls.filter(({ verb }) => !/\.(observe|list|read|get|of)$/.test(verb));
    await stage.stop();
    expect(writes).toEqual([]);
  });

  it("is none of a plan that is not approved, and asks nothing then", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve([task("T1")]);
    await stage.revise(plan, ({ record }) => ({ record: { ...record, status: { kind: "draft" } } }));
    const reconciler = stage.start();
    await stage.pass(3_000);
    stage.journal.clear();
    expect(await reconciler.answers.started(plan)).toEqual([]);
    expect(stage.journal.calls).toEqual([]);
    await stage.stop();
  });
});
