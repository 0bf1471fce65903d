import { describe, expect, it } from "vitest";
import type { MemoryIssue } from "../support/memory-forge/world.ts";
import { diamond, openStage, task } from "./stage.ts";

const auto = "merge: auto\nverify: npm test";

describe("merging", () => {
  it("waits for a person unless the repository asks for more", async () => {
    const stage = openStage({ config: "verify: npm test" });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("review: waits for a person to merge it"));
    await stage.pass(120_000);
    const { number: issue } = await stage.issueOf(plan, "T1");
    const pull = stage.pullOf(issue);
    expect(pull?.state).toBe("open");
    expect(pull?.body).toContain(`Closes #${issue}`);
    expect(stage.dispatch.accepted).toHaveLength(1);

    stage.people.merge(pull?.number ?? 0);
    await stage.until(() => stage.dispatch.accepted.length === 2);
    await stage.stop();
    expect(stage.dispatch.accepted[1]?.offer.context).toEqual([
      { path: "tasks/T1/result.md", text: "Result of T1, epoch 1.\n" },
    ]);
  });

  it("is left to a person, who is told why, when nothing says that the work is good", async () => {
    const stage = openStage({ config: "merge: auto", fateOf: () => ({ kind: "publish", unverified: true }) });
    const plan = stage.approve([task("T1")]);
    stage.start();
    const why = "no verify command and no checks say that it works, so a person must merge it";
    await stage.until(async () => (await stage.comment(plan)).includes(why));
    await stage.pass(30_000);
    await stage.stop();
    const pull = stage.pullOf((await stage.issueOf(plan, "T1")).number);
    expect(pull).toMatchObject({ state: "open", draft: false });
    expect(pull?.body).toContain(why);
  });

  it.each([
    ["a failed check", { checks: "failed" }, "a check failed"],
    ["a pending check", { checks: "pending" }, "checks are running"],
    ["requested changes", { changesRequested: true }, "changes were requested"],
    ["an unknown mergeability", { mergeable: "unknown" }, "still computing"],
  ] as const)("does not happen with %s, and happens when that is over", async (_, verdict, line) => {
    const stage = openStage({ config: "merge: auto\nverify: npm test", runMilliseconds: 500 });
    const plan = stage.approve([task("T1")]);
    stage.configure("merge: manual\nverify: npm test");
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("waits for a person"));
    const pull = stage.pullOf((await stage.issueOf(plan, "T1")).number);
    stage.people.judge(pull?.number ?? 0, verdict);
    stage.configure(auto);
    await stage.until(async () => (await stage.comment(plan)).includes(line));
    expect(pull?.state).toBe("open");
    stage.people.judge(pull?.number ?? 0, { checks: "passed", changesRequested: false, mergeable: "yes" });
    await stage.until(() => pull?.state === "merged");
    await stage.stop();
  });

  it("waits a minute for a check to begin, and then for the check; without one it happens", async () => {
    const stage = openStage({ config: auto, checksGraceSeconds: 60 });
    const plan = stage.approve([task("T1"), task("T2")]);
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).split("no check has begun so far").length === 3);
    await stage.pass(40_000);
    const [first, second] = [...stage.world.pulls.values()];
    expect([first?.state, second?.state]).toEqual(["open", "open"]);
    // Told by nobody: what is read at the end of the minute counts.
    stage.people.judge(first?.number ?? 0, { checks: "pending" });
    await stage.until(() => second?.state === "merged", 25_000);
    await stage.until(async () => (await stage.comment(plan)).includes("checks are running"));
    expect(first?.state).toBe("open");
    stage.people.judge(first?.number ?? 0, { checks: "passed" });
    await stage.until(() => first?.state === "merged", 60_000);
    await stage.stop();
  });

  it("is never of a head that was not verified", async () => {
    const stage = openStage({ config: "verify: npm test" });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("waits for a person"));
    const pull = stage.pullOf((await stage.issueOf(plan, "T1")).number);
    stage.people.push(pull?.branch ?? "");
    stage.configure(auto);
    await stage.until(async () => (await stage.comment(plan)).includes("not the commit that was verified"));
    await stage.pass(60_000);
    await stage.stop();
    expect(pull?.state).toBe("open");
  });

  it("does not say for ever that it waits, where only a pause kept it from being merged", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve([task("T1")]);
    const reconciler = stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    const paused = { by: "ada", at: new Date(stage.clock.now()).toISOString() };
    await stage.revise(plan, ({ record }) => ({ record: { ...record, steering: { tasks: { T1: { paused } } } } }));
    stage.hear(reconciler);
    const { number } = await stage.issueOf(plan, "T1");
    await stage.until(() => stage.pullOf(number) !== undefined);
    await stage.pass(30_000);
    const pull = stage.pullOf(number);
    expect(pull).toMatchObject({ state: "open", body: expect.not.stringContaining("A person must merge it") });
    await stage.stop();
  });

  it("needs a person's eye where the run says so: a draft with a label", async () => {
    const stage = openStage({ config: auto, fateOf: () => ({ kind: "publish", attention: ["package.json changed"] }) });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("package.json changed"));
    await stage.pass(30_000);
    const pull = stage.pullOf((await stage.issueOf(plan, "T1")).number);
    expect(pull).toMatchObject({ state: "open", draft: true });
    expect([...(pull?.labels ?? [])]).toEqual(["coppice:attention"]);
    expect(pull?.body).toContain("**A person must merge it:** package.json changed");
    expect(pull?.body).toContain("### A person must look at\n\n- package.json changed");
    stage.people.judge(pull?.number ?? 0, { draft: false });
    await stage.until(() => pull?.state === "merged");
    await stage.stop();
  });
});

describe("a task that was closed and is opened again", () => {
  it("goes on in a further epoch: what is made of it then is folded, verified and merged like anything else", async () => {
    const stage = openStage({ config: "verify: npm test" });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    const reconciler = stage.start();
    await stage.until(async () => (await stage.state(plan)).record.tasks.T1 !== undefined);
    const { number } = await stage.issueOf(plan, "T1");
    await stage.until(() => stage.pullOf(number)?.state === "open");
    await stage.pass(20_000);
    stage.people.closePull(stage.pullOf(number)?.number ?? 0);
    stage.people.close(number, "not_planned");
    reconciler.heard({ kind: "forge" });
    await stage.pass(20_000);
    expect(await stage.options.leases.list()).toEqual(new Map());
    stage.people.reopen(number);
    const retried = { by: "ada", at: new Date(stage.clock.now()).toISOString() };
    await stage.revise(plan, ({ record }) => ({ record: { ...record, steering: { tasks: { T1: { retried } } } } }));
    stage.configure(auto);
    stage.hear(reconciler);
    reconciler.heard({ kind: "code" });
    await stage.until(async () => (await stage.state(plan)).record.status.kind === "done");
    await stage.stop();
    const offers = stage.dispatch.accepted.map(({ offer }) => `${offer.task.key} ${offer.lease.epoch}`);
    expect(offers).toEqual(["T1 1", "T1 2", "T2 1"]);
    const context = stage.dispatch.accepted[2]?.offer.context;
    expect(context).toEqual([{ path: "tasks/T1/result.md", text: "Result of T1, epoch 2.\n" }]);
  });
});

describe("what needs a person's eye", () => {
  it("is not merged by itself either where it came with the rework of an open pull request", async () => {
    const stage = openStage({
      config: "verify: npm test",
      fateOf: (_, epoch) =>
        epoch === 1 ? { kind: "publish" } : { kind: "publish", attention: ["package.json changed"] },
    });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("waits for a person"));
    const pull = stage.pullOf((await stage.issueOf(plan, "T1")).number);
    stage.people.judge(pull?.number ?? 0, { mergeable: "conflict" });
    await stage.until(() => stage.dispatch.accepted.length === 2);
    stage.people.judge(pull?.number ?? 0, { mergeable: "yes", checks: "passed" });
    stage.configure(auto);
    await stage.until(async () => (await stage.comment(plan)).includes("package.json changed"));
    await stage.pass(90_000);
    await stage.stop();
    expect(pull?.state).toBe("open");
  });
});

describe("a task that a person closes", () => {
  it("as completed counts as done, and what needs it starts", async () => {
    const stage = openStage({
      config: auto,
      fateOf: (key) => (key === "T1" ? { kind: "decline" } : { kind: "publish" }),
    });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    stage.start();
    await stage.pass(3_000);
    stage.people.close((await stage.issueOf(plan, "T1")).number, "completed");
    await stage.untilDone(plan);
    await stage.stop();
    expect(stage.dispatch.accepted.map(({ offer }) => offer.task.key)).toEqual(["T2"]);
  });

  it("as not planned stops its run and leaves what needs it blocked, and that is said", async () => {
    const stage = openStage({ config: auto, runMilliseconds: 60_000 });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    stage.start();
    await stage.until(() => stage.dispatch.accepted.length === 1);
    stage.people.close((await stage.issueOf(plan, "T1")).number, "not_planned");
    await stage.pass(120_000);
    await stage.stop();
    expect(stage.dispatch.stopped).toContain(stage.dispatch.accepted[0]?.offer.run);
    expect(stage.dispatch.accepted).toHaveLength(1);
    expect(await stage.comment(plan)).toContain("blocked: T1 was closed, but not as completed");
    expect((await stage.state(plan)).record.status.kind).toBe("approved");
  });
});

describe("a task's issue that is gone from the plan's sub-issues", () => {
  it.each<[string, (issues: Map<number, MemoryIssue>, issue: MemoryIssue) => void]>([
    [
      "taken out",
      (_, issue) => {
        issue.parent = undefined;
      },
    ],
    ["moved to another repository, or deleted", (issues, { number }) => void issues.delete(number)],
  ])(
    "because it was %s is missed by name and not made again, by no hub, and what needs it waits",
    async (_, remove) => {
      const stage = openStage({ config: auto, fateOf: () => ({ kind: "decline" }) });
      const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
      const reconciler = stage.start();
      await stage.until(async () => (await stage.state(plan)).record.tasks.T2 !== undefined);
      await stage.pass(3_000);
      const issue = await stage.issueOf(plan, "T1");
      remove(stage.world.issues, issue);
      const before = stage.world.issues.size;
      reconciler.heard({ kind: "forge" });
      await stage.until(async () => (await stage.comment(plan)).includes(`its issue #${issue.number} is not among`));
      await stage.stop();
      const next = stage.start();
      await stage.pass(5 * 60_000);
      expect(next.answers.explain(plan)?.map(({ key, rule }) => [key, rule])).toEqual([
        ["T1", "missing"],
        ["T2", "needs"],
      ]);
      expect(next.answers.explain(plan)?.[1]?.help).toContain(
        `put #${issue.number} back under #${plan} as a sub-issue`,
      );
      await stage.stop();
      expect(stage.world.issues.size).toBe(before);
    },
  );
});

describe("a configuration that cannot be read", () => {
  it("stops everything new, says so with its line, and goes on when it is mended", async () => {
    const stage = openStage({ config: "verfy: npm test" });
    const plan = stage.approve([task("T1")]);
    stage.start();
    await stage.until(async () =>
      (await stage.comment(plan)).includes('coppice.yml:1: the document: unknown key "verfy"'),
    );
    await stage.pass(30_000);
    expect(stage.dispatch.accepted).toHaveLength(0);
    expect(stage.world.issues.size).toBe(1);
    stage.configure(auto);
    await stage.untilDone(plan);
    await stage.stop();
  });
});

describe("two plans at once", () => {
  it("share the agents: neither waits for the other to end", async () => {
    const stage = openStage({ config: `${auto}\nmax-agents: 2`, runMilliseconds: 3_000 });
    const many = Array.from({ length: 6 }, (_, index) => task(`T${index + 1}`));
    const first = stage.approve(many, "first");
    const second = stage.approve(many, "second");
    stage.start();
    const done = async (plan: number) => (await stage.state(plan)).record.status.kind === "done";
    await stage.until(async () => (await done(first)) && (await done(second)));
    await stage.stop();
    const order = stage.dispatch.accepted.map(({ offer }) => offer.plan);
    for (let start = 0; start < order.length; start += 2) {
      expect(order.slice(start, start + 2).toSorted()).toEqual([first, second]);
    }
    expect(stage.dispatch.mostAtOnce()).toBe(2);
  });
});

describe("a plan that is as it should be", () => {
  it.each([
    ["while it waits for a person", "verify: npm test", "approved"],
    ["when it is done", auto, "done"],
  ] as const)("is looked at twenty times without one write, %s", async (_, config, status) => {
    const stage = openStage({ config });
    const plan = stage.approve(diamond);
    const reconciler = stage.start();
    await stage.pass(60_000);
    expect((await stage.state(plan)).record.status.kind).toBe(status);
    const written = await stage.writesDuringLooks(reconciler, plan);
    await stage.stop();
    const looks = stage.journal.calls.filter(({ verb }) => verb === "plans.observe").length;
    expect(looks).toBeGreaterThanOrEqual(20);
    expect(written).toEqual([]);
  });

  it("has its comment and labels mended when people change them", async () => {
    const stage = openStage({ config: "verify: npm test" });
    const plan = stage.approve([task("T1")]);
    const reconciler = stage.start();
    await stage.pass(30_000);
    const comment = await stage.comment(plan);
    const { number, labels } = await stage.issueOf(plan, "T1");
    const before = [...labels].toSorted();
    stage.people.editComment((await stage.state(plan)).record.comment ?? 0, "hacked");
    stage.people.relabel(number, { add: ["coppice:failed"], remove: ["coppice:review"] });
    reconciler.heard({ kind: "forge" });
    reconciler.heard({ kind: "comment", issue: plan });
    await stage.pass(2_000);
    await stage.stop();
    expect(await stage.comment(plan)).toBe(comment);
    expect([...labels].toSorted()).toEqual(before);
  });
});
