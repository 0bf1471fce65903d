import { describe, expect, it } from "vitest";
import { runPath } from "../../src/wire/ledger-paths.ts";
import { openStage, task } from "./stage.ts";

const auto = "merge: auto\nverify: npm test";

describe("a failed attempt", () => {
  it("is made again after growing pauses, with its reason in the plan comment, and then merged", async () => {
    const stage = openStage({
      config: auto,
      fateOf: (_, epoch) => (epoch < 3 ? { kind: "fail", failure: "verify-failed" } : { kind: "publish" }),
    });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("attempt 2 of 3"));
    expect(await stage.comment(plan)).toContain("verify failed: told to fail: verify-failed");
    await stage.untilDone(plan);
    await stage.stop();

    expect(stage.dispatch.accepted.map(({ offer }) => offer.lease.epoch)).toEqual([1, 2, 3]);
    expect(stage.dispatch.accepted[2]?.offer.lease.failures.map(({ kind }) => kind)).toEqual([
      "verify-failed",
      "verify-failed",
    ]);
  });

  it("is the last one when the attempts are used up: labelled, explained, and what needs it says so", async () => {
    const stage = openStage({ config: `${auto}\nattempts: 2`, fateOf: () => ({ kind: "fail", failure: "no-change" }) });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("failed"));
    await stage.pass(120_000);
    await stage.stop();

    expect(stage.dispatch.accepted).toHaveLength(2);
    expect([...(await stage.issueOf(plan, "T1")).labels]).toContain("coppice:failed");
    const comment = await stage.comment(plan);
    expect(comment).toContain("failed, attempt 2 of 2: told to fail: no-change");
    expect(comment).toContain("blocked: T1 failed");
  });
});

describe("a pull request that the forge does not show", () => {
  it("is waited for, with a line, and nobody does its task again", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve([task("T1")]);
    const before = stage.start();
    await stage.until(() => stage.world.pulls.size === 1);
    const [pull] = [...stage.world.pulls.values()];
    if (pull === undefined) throw new Error("there is no pull request");
    stage.people.judge(pull.number, { checks: "pending" });
    before.heard({ kind: "forge" });
    await stage.pass(1_000);
    await stage.stop();

    stage.world.pulls.delete(pull.number);
    stage.start();
    await stage.pass(10_000);
    expect(stage.dispatch.accepted).toHaveLength(1);
    expect(await stage.comment(plan)).toContain("no pull request of that branch is to be seen");

    stage.world.pulls.set(pull.number, pull);
    stage.people.judge(pull.number, { checks: "passed" });
    await stage.untilDone(plan, 60_000);
    await stage.stop();
    expect(stage.dispatch.accepted).toHaveLength(1);
  });
});

describe("a run record that a ledger read long ago did not show", () => {
  it("counts when it is seen: its pull request is merged after all", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve([task("T1")]);
    const first = stage.start();
    await stage.until(() => stage.world.pulls.size === 1);
    const [pull] = [...stage.world.pulls.values()];
    if (pull === undefined) throw new Error("there is no pull request");
    stage.people.judge(pull.number, { checks: "pending" });
    first.heard({ kind: "forge" });
    await stage.pass(1_000);
    await stage.stop();
    const path = runPath(plan, "T1", 1);
    const text = stage.world.ledger.at(-1)?.files.get(path) ?? null;
    expect(text).not.toBeNull();
    expect(first.answers.snapshot(plan)?.tasks[0]?.publication).toBeDefined();

    stage.people.commitLedger(stage.forge.botLogin, [{ path, text: null }]);
    const reconciler = stage.start();
    await stage.until(() => reconciler.answers.snapshot(plan) !== undefined);
    expect(reconciler.answers.snapshot(plan)?.tasks[0]?.publication).toBeUndefined();
    stage.people.commitLedger(stage.forge.botLogin, [{ path, text }]);
    stage.people.judge(pull.number, { checks: "passed" });
    await stage.untilDone(plan, 120_000);
    await stage.stop();
    expect(pull.state).toBe("merged");
  });
});

describe("a worker that is lost", () => {
  it("gives way at once when the hub knows that it has forgotten the run", async () => {
    const stage = openStage({
      config: auto,
      fateOf: (_, epoch) => (epoch === 1 ? { kind: "vanish" } : { kind: "publish" }),
    });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.untilDone(plan, 60_000);
    await stage.stop();
    expect(stage.dispatch.accepted[1]?.offer.lease).toMatchObject({ epoch: 2, failures: [{ kind: "worker-lost" }] });
  });

  it("keeps its lease for its whole length and a margin when nothing is known, also across a restart of the hub", async () => {
    const stage = openStage({
      config: auto,
      workers: { first: 1, second: 1 },
      fateOf: (_, epoch) => (epoch === 1 ? { kind: "silent" } : { kind: "publish" }),
    });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    await stage.pass(900_000);
    expect(stage.dispatch.accepted).toHaveLength(1);
    await stage.stop();
    stage.start();
    await stage.pass(900_000);
    expect(stage.dispatch.accepted).toHaveLength(1);
    await stage.untilDone(plan, 200_000);
    await stage.stop();
    expect(stage.dispatch.accepted.map(({ worker }) => worker)).toEqual(["first", "second"]);
  });
});

describe("a worker that declines", () => {
  it("is passed over for the next, and a task nobody takes is offered again later", async () => {
    let declining = true;
    const stage = openStage({ config: auto, fateOf: () => (declining ? { kind: "decline" } : { kind: "publish" }) });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.pass(10_000);
    expect(stage.dispatch.accepted).toHaveLength(0);
    declining = false;
    await stage.untilDone(plan);
    await stage.stop();
    expect(stage.dispatch.accepted).toHaveLength(1);
  });
});

describe("a pull request that conflicts", () => {
  it("is worked on again from the new base, once for each head, and merged when it no longer does", async () => {
    const stage = openStage({ config: "merge: manual" });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(() => stage.world.pulls.size === 1, 60_000);
    await stage.pass(2_000);
    const { number: issue } = await stage.issueOf(plan, "T1");
    const pull = stage.pullOf(issue)?.number ?? 0;
    const head = stage.pullOf(issue)?.head;
    stage.people.judge(pull, { mergeable: "conflict" });
    await stage.until(() => stage.dispatch.accepted.length === 2, 60_000);
    expect(stage.dispatch.accepted[1]?.offer.lease).toMatchObject({ epoch: 2, head, failures: [{ kind: "conflict" }] });
    stage.people.judge(pull, { mergeable: "yes" });
    await stage.until(() => stage.pullOf(issue)?.head !== head);
    await stage.pass(5_000);
    expect([...stage.world.pulls.values()]).toHaveLength(1);
    expect([...(await stage.issueOf(plan, "T1")).labels]).toContain("coppice:review");
    await stage.stop();
  });

  it("is nobody's failure three times over, but the tenth is for a person to look at", async () => {
    const stage = openStage({ config: "merge: manual" });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(() => {
      for (const { number } of stage.world.pulls.values()) stage.people.judge(number, { mergeable: "conflict" });
      return stage.dispatch.accepted.length === 10;
    });
    await stage.until(async () => (await stage.comment(plan)).includes("failed"));
    await stage.pass(60_000);
    await stage.stop();
    expect(stage.dispatch.accepted).toHaveLength(10);
    expect(await stage.comment(plan)).toContain("failed: pull request #");
  });
});

describe("a plan whose issue has nearly all the sub-issues GitHub allows", () => {
  it("makes what there is room for, and says of the rest why not", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve([task("T1"), task("T2"), task("T3")]);
    for (let other = 0; other < 98; other++) stage.people.openIssue({ title: `Other ${other}`, parent: plan });
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("GitHub allows 100 sub-issues"));
    await stage.until(() => stage.dispatch.accepted.length === 2);
    await stage.pass(60_000);
    await stage.stop();
    const made = [...stage.world.issues.values()].filter(({ author }) => author === stage.forge.botLogin);
    expect(made.map(({ title }) => title)).toEqual(["Task T1", "Task T2"]);
    expect(stage.journal.calls.filter(({ verb }) => verb === "issues.createTasks")).toHaveLength(1);
    expect((await stage.state(plan)).record.status.kind).toBe("approved");
  });
});

describe("a second issue with one task's marker", () => {
  it("is closed, and the older one stays the task", async () => {
    const stage = openStage({ config: "merge: manual" });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(async () => (await stage.state(plan)).record.tasks.T1 !== undefined);
    const first = await stage.issueOf(plan, "T1");
    const twin = stage.people.openIssue({ title: "T1", body: first.body, author: "coppice[bot]", parent: plan });
    await stage.until(() => twin.state === "closed");
    await stage.stop();
    expect(twin.reason).toBe("not_planned");
    expect(first.state).toBe("open");
  });
});

describe("errors of the forge", () => {
  it.each(["before", "after"] as const)(
    "%s each call took effect are ridden out without duplicates",
    async (moment) => {
      const stage = openStage({ config: auto });
      const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
      for (const verb of [
        "issues.createTasks",
        "comments.create",
        "pulls.open",
        "pulls.merge",
        "ledger.commit",
        "leases.swap",
        "leases.remove",
        "labels.change",
        "issues.close",
        "issues.addBlockers",
        "plans.observe",
        "leases.list",
      ]) {
        stage.journal.fail({ verb, moment, times: 2 });
      }
      stage.start();
      await stage.untilDone(plan).catch(() => undefined);
      await stage.pass(5_000);
      await stage.stop();
      expect((await stage.state(plan)).record.status.kind).toBe("done");
      expect(stage.world.issues.size).toBe(3);
      expect(stage.world.pulls.size).toBe(2);
      expect(stage.ownComments()).toHaveLength(2);
    },
  );
});
