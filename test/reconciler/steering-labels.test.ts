import { describe, expect, it } from "vitest";
import type { TaskKey } from "../../src/core/task/task.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

/** An approved plan of one task that nobody has begun: there is no worker. */
async function open() {
  const specialists = [
    { name: "docs-writer", description: "", instructions: "", keywords: [], source: "built-in" as const },
  ];
  const stage = openStage({ workers: {}, specialists });
  const plan = stage.approve([task("T1"), task("T2")]);
  const reconciler = stage.start();
  await stage.pass(10_000);
  stage.people.permit("tess", "triage");
  stage.people.permit("wim", "write");
  const issue = (key: TaskKey) => stage.issueOf(plan, key);
  const heard = async () => {
    reconciler.heard({ kind: "forge" });
    await stage.pass(10_000);
  };
  return { stage, plan, reconciler, issue, heard };
}

function labelReads({ journal }: Stage): number {
  return journal.calls.filter(({ verb }) => verb === "issues.labelActs").length;
}

/** How often labels were changed. */
function putBack({ journal }: Stage): number {
  return journal.calls.filter(({ verb }) => verb === "labels.change").length;
}

describe("labels that show a task's state", () => {
  it("are put back at once a few times, then more and more rarely, and at once when it is another state", async () => {
    const { stage, reconciler, issue } = await open();
    const { number, labels } = await issue("T1");
    const obstinate = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        stage.people.relabel(number, { by: "helper[bot]", add: ["coppice:failed"] });
        reconciler.heard({ kind: "forge" });
        await stage.pass(1_000);
      }
    };
    await obstinate(600);
    expect(putBack(stage)).toBeGreaterThanOrEqual(5);
    expect(putBack(stage)).toBeLessThanOrEqual(10);
    expect([...labels]).toContain("coppice:failed");
    stage.people.close(number, "completed");
    reconciler.heard({ kind: "forge" });
    await stage.until(() => !labels.has("coppice:failed"), 30_000);
    await stage.stop();
  });
});

describe("labels that people set on a task's issue", () => {
  it("are commands of whoever may write, in one commit, and are asked about only while they differ", async () => {
    const { stage, plan, issue, heard } = await open();
    const [first, second] = [await issue("T1"), await issue("T2")];
    expect(labelReads(stage)).toBe(0);
    stage.clock.advance(60_000);
    stage.people.relabel(first.number, { by: "wim", add: ["coppice:paused", "agent:docs-writer"] });
    stage.people.relabel(second.number, { by: "wim", add: ["priority:high"] });
    const commits = stage.world.ledger.length;
    await heard();
    expect((await stage.state(plan)).record.steering?.tasks).toMatchObject({
      T1: { paused: { by: "wim" }, specialist: "docs-writer", assigned: { by: "wim" } },
      T2: { priority: "high", prioritised: { by: "wim" } },
    });
    expect(stage.world.ledger.length - commits).toBe(1);
    expect(labelReads(stage)).toBe(2);
    expect([...first.labels].toSorted()).toEqual(["agent:docs-writer", "coppice:paused", "coppice:queued"]);
    expect(await stage.comment(plan)).toContain("**T1** is paused by wim on");
    await heard();
    expect(labelReads(stage)).toBe(2);
    stage.clock.advance(60_000);
    stage.people.relabel(first.number, { by: "wim", remove: ["coppice:paused"] });
    await heard();
    expect((await stage.state(plan)).record.steering?.tasks?.T1?.paused).toBeUndefined();
    await stage.stop();
  });

  it("are put back where somebody may not write, and where the API says nothing they hold", async () => {
    const { stage, plan, issue, heard } = await open();
    const { number, labels } = await issue("T1");
    const before = [...labels];
    stage.clock.advance(60_000);
    stage.people.relabel(number, { by: "tess", add: ["coppice:paused", "priority:high"], remove: before.slice(1) });
    stage.journal.fail({ verb: "permissions.of", times: 1 });
    stage.journal.fail({ verb: "issues.labelActs", times: 1 });
    const commits = stage.world.ledger.length;
    await heard();
    await stage.pass(60_000);
    expect([...labels].toSorted()).toEqual(before.toSorted());
    expect(stage.world.ledger).toHaveLength(commits);
    expect((await stage.state(plan)).record.steering).toBeUndefined();
    await stage.stop();
  });

  it("follow the record when a command in the thread changed it", async () => {
    const { stage, plan, reconciler, issue } = await open();
    const { labels } = await issue("T1");
    const who = { by: "wim", at: new Date(stage.clock.now()).toISOString(), comment: 9 };
    await stage.revise(plan, ({ record }) => ({
      record: { ...record, steering: { tasks: { T1: { paused: who, priority: "low", prioritised: who } } } },
    }));
    stage.hear(reconciler);
    await stage.pass(10_000);
    expect([...labels]).toEqual(expect.arrayContaining(["coppice:paused", "priority:low"]));
    await stage.stop();
  });

  it("are put back more and more rarely where another app sets them again and again, until somebody says something new", async () => {
    const { stage, plan, reconciler, issue } = await open();
    const { number, labels } = await issue("T1");
    const obstinate = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        stage.people.relabel(number, { by: "helper[bot]", add: ["coppice:paused"] });
        reconciler.heard({ kind: "forge" });
        await stage.pass(1_000);
      }
    };
    await obstinate(600);
    expect(putBack(stage)).toBeGreaterThanOrEqual(5);
    expect(putBack(stage)).toBeLessThanOrEqual(10);
    expect(labelReads(stage)).toBeLessThanOrEqual(16);
    expect([...labels]).toContain("coppice:paused");
    const before = putBack(stage);
    const who = { by: "wim", at: new Date(stage.clock.now()).toISOString(), comment: 9 };
    await stage.revise(plan, ({ record }) => ({
      record: { ...record, steering: { tasks: { T1: { resumed: who } } } },
    }));
    stage.hear(reconciler);
    await stage.pass(5_000);
    expect(putBack(stage)).toBe(before + 1);
    expect([...labels]).not.toContain("coppice:paused");
    await obstinate(30);
    expect([...labels]).toContain("coppice:paused");
    await stage.pass(2 * 60 * 60_000);
    expect([...labels]).not.toContain("coppice:paused");
    await stage.stop();
  });

  it("are heard within a minute though an app sets others again and again", async () => {
    const { stage, plan, reconciler, issue } = await open();
    const { number } = await issue("T1");
    for (let second = 0; second < 1_800; second += 5) {
      stage.people.relabel(number, { by: "helper[bot]", add: ["priority:high"] });
      reconciler.heard({ kind: "forge" });
      await stage.pass(5_000);
    }
    stage.people.relabel(number, { by: "wim", add: ["coppice:paused"] });
    reconciler.heard({ kind: "forge" });
    const isPaused = async () => (await stage.state(plan)).record.steering?.tasks?.T1?.paused !== undefined;
    await stage.until(isPaused, 61_000);
    await stage.stop();
  });

  it("name an agent that only another hub's worker has, and are heard all the same", async () => {
    const stage = openStage({ workers: { "worker-a": 1 } });
    const plan = stage.approve([task("T1")]);
    const held = { ...stage.dispatch, offer: async () => false };
    const knowing = { ...held, workers: () => stage.dispatch.workers().map((one) => ({ ...one, agents: ["codex"] })) };
    const hubs = [stage.start(undefined, { hubId: "a", dispatch: held })];
    await stage.pass(10_000);
    const { number, labels } = await stage.issueOf(plan, "T1");
    stage.people.permit("wim", "write");
    stage.clock.advance(60_000);
    stage.people.relabel(number, { by: "wim", add: ["agent:codex"] });
    hubs[0]?.heard({ kind: "forge" });
    await stage.pass(10_000);
    hubs.push(stage.start(undefined, { hubId: "b", dispatch: knowing }));
    for (let look = 0; look < 10; look++) {
      for (const hub of hubs) hub.heard({ kind: "forge" });
      await stage.pass(10_000);
    }
    expect((await stage.state(plan)).record.steering?.tasks?.T1).toMatchObject({ agent: "codex" });
    expect([...labels]).toContain("agent:codex");
    const why = hubs.map((hub) => hub.answers.explain(plan)?.[0]?.line);
    expect(why[0]).toBe("no worker has the agent codex");
    expect(why[1]).not.toContain("no worker has");
    await stage.stop();
  });

  it("of many tasks that no event explains are waited for together", async () => {
    const { stage, reconciler, issue } = await open();
    for (const key of ["T1", "T2"] as const) {
      const { number, labels } = await issue(key);
      labels.add("coppice:paused");
      stage.world.labelActs.set(number, []);
    }
    stage.journal.clear();
    reconciler.heard({ kind: "forge" });
    await stage.until(() => stage.journal.calls.some(({ verb }) => verb === "labels.change"), 4_000);
    expect(labelReads(stage)).toBe(6);
    await stage.stop();
  });
});
