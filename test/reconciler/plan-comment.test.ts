import { describe, expect, it } from "vitest";
import { planPath, recordPath } from "../../src/wire/ledger-paths.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

/** A plan that nobody has approved yet. */
async function draft() {
  const stage = openStage();
  const plan = stage.approve([task("T1"), task("T2")]);
  await stage.revise(plan, ({ record }) => ({ record: { ...record, status: { kind: "draft" } } }));
  return { stage, plan };
}

function count({ journal }: Stage, verb: string): number {
  return journal.calls.filter((call) => call.verb === verb).length;
}

describe("the comment of a plan", () => {
  it("is made, pinned and recorded once, and its issue labelled", async () => {
    const { stage, plan } = await draft();
    const reconciler = stage.start();
    await stage.pass(30_000);
    const { comment } = (await stage.state(plan)).record;
    expect(stage.world.pinned).toEqual(new Set([comment]));
    expect([...(stage.world.issues.get(plan)?.labels ?? [])]).toEqual(["coppice:plan"]);
    expect(count(stage, "comments.create")).toBe(1);
    expect(count(stage, "comments.pin")).toBe(1);
    expect(await stage.writesDuringLooks(reconciler, plan)).toEqual([]);
    await stage.stop();
  });

  it("is edited once a second at most, and shows the last state", async () => {
    const { stage, plan } = await draft();
    const reconciler = stage.start();
    await stage.pass(10_000);
    stage.journal.clear();
    for (let command = 1; command <= 30; command++) {
      await stage.plans.edit(plan, (state) => {
        if (state === undefined) return { answer: undefined };
        const goal = `Goal ${command}`;
        return { answer: undefined, change: { plan: { ...state.plan, goal }, record: state.record, message: goal } };
      });
      stage.hear(reconciler);
      await stage.pass(100);
    }
    expect(count(stage, "comments.update")).toBeLessThanOrEqual(4);
    expect(count(stage, "comments.update")).toBeGreaterThanOrEqual(2);
    await stage.pass(2_000);
    expect(await stage.comment(plan)).toContain("**Goal:** Goal 30");
    expect(count(stage, "comments.update")).toBeLessThanOrEqual(5);
    await stage.stop();
  });

  it("says within seconds that the plan is approved, although tasks are ready", async () => {
    const stage = openStage({ config: "merge: auto\nverify: npm test", workers: {} });
    const plan = stage.approve([task("T1"), task("T2")]);
    await stage.revise(plan, ({ record }) => ({ record: { ...record, status: { kind: "draft" } } }));
    const reconciler = stage.start();
    await stage.pass(30_000);
    // Something was shown only just now.
    await stage.revise(plan, ({ plan: before }) => ({ plan: { ...before, goal: "Another goal" } }));
    stage.hear(reconciler);
    await stage.until(async () => (await stage.comment(plan)).includes("Another goal"), 5_000);
    await stage.approveAgain(plan);
    stage.hear(reconciler);
    await stage.until(async () => (await stage.comment(plan)).includes("approved by"), 3_000);
    await stage.stop();
  });

  it.each(["edits", "deletes"])("is mended when somebody %s it", async (what) => {
    const { stage, plan } = await draft();
    const reconciler = stage.start();
    await stage.pass(10_000);
    const text = await stage.comment(plan);
    const id = (await stage.state(plan)).record.comment ?? 0;
    if (what === "edits") stage.people.editComment(id, "nothing to see here");
    else stage.people.deleteComment(id);
    reconciler.heard({ kind: "comment", issue: plan });
    await stage.pass(10_000);
    await stage.stop();
    expect(await stage.comment(plan)).toBe(text);
    expect(stage.ownComments()).toEqual([text]);
    expect(stage.world.pinned.has((await stage.state(plan)).record.comment ?? 0)).toBe(true);
  });

  it("tells of tasks that another specialist may know better, while that can be changed", async () => {
    const known = { description: "", instructions: "", source: "built-in" };
    const writer = { ...known, name: "docs-writer", keywords: ["documentation", "readme"] };
    const stage = openStage({
      config: "merge: auto\nverify: npm test",
      specialists: [writer, { ...known, name: "backend-systems-engineer", keywords: ["server"] }],
    });
    const plan = stage.approve([task("T1", [], { title: "Write the documentation and the README" })]);
    const { status } = (await stage.state(plan)).record;
    await stage.revise(plan, ({ record }) => ({ record: { ...record, status: { kind: "draft" } } }));
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("docs-writer may know it better"), 60_000);
    await stage.revise(plan, ({ record }) => ({ record: { ...record, status } }));
    await stage.untilDone(plan);
    await stage.stop();
    expect(await stage.comment(plan)).not.toContain("may know it better");
  });

  it("is found again by its marker when the ledger does not know of it", async () => {
    const { stage, plan } = await draft();
    stage.journal.fail({ verb: "ledger.commit", times: 1 });
    stage.start();
    await stage.pass(20_000);
    await stage.stop();
    expect(stage.ownComments()).toHaveLength(1);
    expect((await stage.state(plan)).record.comment).toBeDefined();
    expect(count(stage, "comments.create")).toBe(1);
  });

  it("wanted by two hubs at once is made by one of them", async () => {
    const { stage, plan } = await draft();
    const [one, other] = [stage.start(), stage.start()];
    await stage.until(() => count(stage, "comments.create") === 1, 5_000);
    const oldest = [...stage.world.comments.values()].find(({ author }) => author === stage.forge.botLogin)?.id;
    await stage.pass(60_000);
    expect(stage.ownComments()).toHaveLength(1);
    expect((await stage.state(plan)).record.comment).toBe(oldest);
    expect(await stage.comment(plan)).toContain("a draft, waiting for approval");
    expect(await stage.writesDuringLooks(one, plan)).toEqual([]);
    expect(await stage.writesDuringLooks(other, plan)).toEqual([]);
    await stage.stop();
  });
});

describe("a plan whose files cannot be read", () => {
  const broken = "version: 99\n";

  it.each([
    ["that has a comment", true],
    ["that has none yet", false],
  ])("%s says so in the thread, once, and comes right by itself", async (_, shown) => {
    const stage = openStage({ config: "merge: auto\nverify: npm test" });
    const plan = stage.approve([task("T1")]);
    const good = stage.world.ledger.at(-1)?.files.get(recordPath(plan)) ?? "";
    const write = (text: string) => stage.people.commitLedger(stage.forge.botLogin, [{ path: recordPath(plan), text }]);
    if (shown) {
      await stage.revise(plan, ({ record }) => ({ record: { ...record, status: { kind: "draft" } } }));
      const early = stage.start();
      await stage.pass(10_000);
      early.wake(plan);
      await stage.stop();
    }
    write(broken);
    const reconciler = stage.start();
    await stage.until(() => stage.ownComments().some((body) => body.includes("This plan cannot be read")), 60_000);
    expect(stage.ownComments()).toHaveLength(1);
    expect(stage.ownComments()[0]).toContain(`plans/${plan}/record.yaml`);
    reconciler.wake(plan);
    await stage.pass(60_000);
    expect(await stage.writesDuringLooks(reconciler, plan)).toEqual([]);
    await stage.stop();

    // The next process says nothing new either.
    const next = stage.start();
    expect(await stage.writesDuringLooks(next, plan)).toEqual([]);
    expect(stage.dispatch.accepted).toEqual([]);
    write(good);
    await stage.untilDone(plan);
    await stage.pass(5_000);
    await stage.stop();
    expect(stage.ownComments()).toHaveLength(2);
    expect(stage.ownComments()[0]).toContain("Plan r1: done");
  });

  it("starts nothing of what was seen of it before, and hinders no other plan", async () => {
    const stage = openStage({ config: "merge: auto\nverify: npm test\nmax-agents: 1", runMilliseconds: 40_000 });
    const plan = stage.approve([task("T1"), task("T2")], "first");
    stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    stage.people.commitLedger(stage.forge.botLogin, [{ path: recordPath(plan), text: broken }]);
    const other = stage.approve([task("T1")], "second");
    await stage.untilDone(other);
    await stage.pass(120_000);
    await stage.stop();
    expect(stage.dispatch.accepted.map(({ offer }) => offer.plan)).toEqual([plan, other]);
    expect(stage.dispatch.stopped).toEqual([]);
  });

  it("of an issue that does not exist is tried to be told once, and then nothing is asked any more", async () => {
    const stage = openStage();
    stage.people.commitLedger(stage.forge.botLogin, [{ path: recordPath(999), text: broken }]);
    stage.people.commitLedger(stage.forge.botLogin, [{ path: planPath(999), text: broken }]);
    stage.start();
    await stage.pass(300_000);
    await stage.stop();
    expect(count(stage, "comments.create")).toBe(1);
    expect(count(stage, "comments.ofIssue")).toBe(1);
  });

  it("comes right however long ago it was done", async () => {
    const stage = openStage();
    const plan = stage.approve([task("T1")]);
    await stage.revise(plan, ({ record }) => {
      if (record.status.kind !== "approved") throw new Error("the plan is not approved");
      const { approval } = record.status;
      return { record: { ...record, status: { kind: "done", at: "2020-01-01T00:00:00.000Z", approval } } };
    });
    const good = stage.world.ledger.at(-1)?.files.get(recordPath(plan)) ?? "";
    stage.people.commitLedger(stage.forge.botLogin, [{ path: recordPath(plan), text: broken }]);
    stage.start();
    await stage.until(() => stage.ownComments().some((body) => body.includes("This plan cannot be read")), 60_000);
    stage.people.commitLedger(stage.forge.botLogin, [{ path: recordPath(plan), text: good }]);
    // Nobody tells of the ledger's commit: it is found by the clock, which is slow where nothing happens.
    await stage.until(async () => (await stage.comment(plan)).includes("Plan r1: done"), 300_000);
    await stage.stop();
    expect(stage.ownComments()).toHaveLength(1);
  });

  it("is told of again when it could not be told", async () => {
    const stage = openStage();
    const plan = stage.approve([task("T1")]);
    stage.people.commitLedger(stage.forge.botLogin, [{ path: recordPath(plan), text: broken }]);
    stage.journal.fail({ verb: "comments.create", times: 1 });
    stage.start();
    await stage.pass(60_000);
    await stage.stop();
    expect(stage.ownComments()).toHaveLength(1);
  });
});
