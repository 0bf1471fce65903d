import { describe, expect, it } from "vitest";
import type { Phase, PlannedTask, TaskKey } from "../../src/core/task/task.ts";
import type { Stage, StageOptions } from "./stage.ts";
import { openStage, task } from "./stage.ts";

const config = "merge: auto\nverify: npm test\nmax-agents: 30\ncreate-ahead: 100";

/** So many tasks of a phase from a key on; each third waits for the one before it. */
function tasksOf(phase: Phase, first: number, count: number): readonly PlannedTask[] {
  return Array.from({ length: count }, (_, n) => {
    const key: TaskKey = `T${first + n}`;
    return task(key, (first + n) % 3 === 0 ? [`T${first + n - 1}`] : [], { phase });
  });
}

/** 120 tasks; the implementation's 96 are more than one parent takes. */
const large: readonly PlannedTask[] = [
  ...tasksOf("design", 1, 4),
  ...tasksOf("implementation", 5, 96),
  ...tasksOf("testing", 101, 20),
];

function open(options: StageOptions = {}): Stage {
  return openStage({ config, workers: { "worker-a": 30 }, runMilliseconds: 1_000, ...options });
}

function under(stage: Stage, parent: number) {
  return [...stage.world.issues.values()].filter((issue) => issue.parent === parent);
}

function untilMade(stage: Stage, plan: number, count: number): Promise<void> {
  return stage.until(async () => Object.keys((await stage.state(plan)).record.tasks).length === count);
}

/** A large plan that was cancelled when its first issues had been made, all of which are closed by now. */
async function openCancelled() {
  const stage = open({ workers: {} });
  const plan = stage.approve(large);
  stage.start();
  await untilMade(stage, plan, 100);
  await stage.cancel(plan);
  await stage.until(() =>
    [...stage.world.issues.values()].every(({ number, state }) => number === plan || state === "closed"),
  );
  return { stage, plan };
}

const titles = ["Design: Build it", "Implementation: Build it", "Testing: Build it", "Implementation (2): Build it"];

describe("a plan of 120 tasks", () => {
  it("runs to the end under phase parents: nothing twice, none crowded, all closed as completed, then nothing is written", async () => {
    const stage = open();
    const plan = stage.approve(large);
    const reconciler = stage.start();
    await stage.untilDone(plan);
    await stage.pass(5_000);

    const parents = under(stage, plan);
    expect(parents.map(({ title }) => title)).toEqual(titles);
    expect(parents.map(({ state, reason, labels }) => [state, reason, [...labels]])).toEqual(
      Array(4).fill(["closed", "completed", []]),
    );
    expect(parents.map(({ number }) => under(stage, number).length)).toEqual([4, 90, 20, 6]);
    expect(Object.keys((await stage.state(plan)).record.phases ?? {}).toSorted()).toEqual(
      ["design", "implementation", "implementation-2", "testing"].toSorted(),
    );
    expect(stage.world.issues.size).toBe(125);
    expect(new Set(stage.dispatch.accepted.map(({ offer }) => offer.task.key)).size).toBe(120);
    expect(stage.dispatch.accepted).toHaveLength(120);
    expect(
      [...stage.world.issues.values()].every(({ state, reason }) => state === "closed" && reason === "completed"),
    ).toBe(true);
    expect(stage.ownComments()[1]).toContain("120 of 120 tasks are done");
    expect(await stage.writesDuringLooks(reconciler, plan, 3)).toEqual([]);
    await stage.stop();
  });

  it("waits across parents: what is needed in one phase blocks what needs it in another", async () => {
    const last = large.map((one) => (one.key === "T120" ? { ...one, needs: ["T1", "T50"] as const } : one));
    const stage = open({ workers: {} });
    const plan = stage.approve([...last.slice(-1), ...last.slice(0, 95)]);
    const reconciler = stage.start();
    await untilMade(stage, plan, 96);
    await stage.pass(10_000);
    const [one, fifty, needing] = await Promise.all(
      (["T1", "T50", "T120"] as const).map((key) => stage.issueOf(plan, key)),
    );
    expect([...(needing?.blockedBy ?? [])]).toEqual([one?.number, fifty?.number]);
    expect(new Set([one?.parent, fifty?.parent, needing?.parent]).size).toBe(3);
    expect(await stage.writesDuringLooks(reconciler, plan, 3)).toEqual([]);
    await stage.stop();
  });

  it.each([
    ["issues.createPhases", "before"],
    ["issues.createPhases", "after"],
    ["ledger.commit", "before"],
    ["ledger.commit", "after"],
  ] as const)("%s failing %s it took effect leaves no double", async (verb, moment) => {
    const stage = open({ workers: {} });
    const plan = stage.approve(large);
    stage.journal.fail({ verb, moment, times: 3 });
    stage.start();
    await untilMade(stage, plan, 100);
    await stage.pass(10_000);
    await stage.stop();
    expect(
      under(stage, plan)
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(titles.slice(0, under(stage, plan).length).toSorted());
    expect(stage.world.issues.size).toBe(1 + under(stage, plan).length + 100);
    expect([...stage.world.issues.values()].every(({ state }) => state === "open")).toBe(true);
  });

  it("finds by its marker a phase parent that was never written down, and closes the younger of two", async () => {
    const stage = open({ workers: {} });
    const plan = stage.approve(large);
    const body = `<!-- coppice:plan=${plan};phase=design -->`;
    const [older, younger] = [1, 2].map(() =>
      stage.people.openIssue({ title: "Design: Build it", body, author: stage.forge.botLogin, parent: plan }),
    );
    const forged = stage.people.openIssue({ title: "Forged", body, author: "mallory", parent: plan });
    const reconciler = stage.start();
    await stage.until(() => younger?.state === "closed");
    await untilMade(stage, plan, 100);
    await stage.pass(10_000);
    expect(younger?.reason).toBe("not_planned");
    expect([older?.state, forged.state]).toEqual(["open", "open"]);
    expect((await stage.state(plan)).record.phases?.design?.number).toBe(older?.number);
    expect(under(stage, older?.number ?? 0)).toHaveLength(4);
    expect(await stage.writesDuringLooks(reconciler, plan, 3)).toEqual([]);
    await stage.stop();
  });

  it("cancelled, closes its phase parents as not planned, and leaves alone one that a person opens again", async () => {
    const { stage, plan } = await openCancelled();
    await stage.pass(5_000);
    const parents = under(stage, plan);
    expect(parents.map(({ reason }) => reason)).toEqual(parents.map(() => "not_planned"));
    stage.people.reopen(parents[0]?.number ?? 0);
    await stage.stop();
    const next = stage.start();
    await stage.pass(10_000);
    expect(parents[0]?.state).toBe("open");
    expect(await stage.writesDuringLooks(next, plan, 3)).toEqual([]);
    await stage.stop();
  });

  it("begun anew after that, it gets new phase parents beside the closed ones", async () => {
    const { stage, plan } = await openCancelled();
    await stage.revise(plan, ({ record }) => ({
      plan: { goal: "Once more", tasks: tasksOf("design", 121, 3) },
      record: { ...record, revision: record.revision + 1, lastKey: 123, status: { kind: "draft" } },
    }));
    await stage.approveAgain(plan);
    await stage.until(async () => (await stage.state(plan)).record.tasks.T123 !== undefined);
    await stage.stop();
    const { parent } = await stage.issueOf(plan, "T123");
    expect(stage.world.issues.get(parent ?? 0)).toMatchObject({
      title: "Design (2): Once more",
      parent: plan,
      state: "open",
    });
  });
});

describe("a plan that is not large", () => {
  it("has its tasks right under its issue, ninety of them too", async () => {
    const stage = open({ workers: {} });
    const plan = stage.approve(tasksOf("implementation", 1, 90));
    stage.start();
    await untilMade(stage, plan, 90);
    await stage.stop();
    expect(under(stage, plan)).toHaveLength(90);
    expect(stage.journal.calls.filter(({ verb }) => verb === "issues.createPhases")).toEqual([]);
    expect((await stage.state(plan)).record.phases).toBeUndefined();
  });

  it("keeps them there when it grows past that", async () => {
    const stage = open({ workers: {} });
    const plan = stage.approve(tasksOf("implementation", 1, 60));
    stage.start();
    await untilMade(stage, plan, 60);
    await stage.revise(plan, ({ plan: { goal } }) => ({ plan: { goal, tasks: tasksOf("implementation", 1, 96) } }));
    await stage.approveAgain(plan);
    await untilMade(stage, plan, 96);
    await stage.stop();
    expect(under(stage, plan)).toHaveLength(96);
  });
});

describe("a large plan whose issue is crowded by others' sub-issues", () => {
  it("makes what there is room for, and says of the rest why not", async () => {
    const stage = open({ workers: {} });
    const plan = stage.approve(large);
    for (let other = 0; other < 98; other++) stage.people.openIssue({ title: `Other ${other}`, parent: plan });
    stage.start();
    await untilMade(stage, plan, 94);
    await stage.pass(60_000);
    await stage.stop();
    expect(await stage.comment(plan)).toContain("GitHub allows 100 sub-issues");
    expect(under(stage, plan)).toHaveLength(100);
    expect(stage.journal.calls.filter(({ verb }) => verb === "issues.createPhases")).toHaveLength(1);
  });

  it("says which phase parent was taken away, and makes no other in its place", async () => {
    const stage = open({ config: config.replace("create-ahead: 100", "create-ahead: 3"), workers: {} });
    const plan = stage.approve(large);
    stage.start();
    await untilMade(stage, plan, 3);
    const design = under(stage, plan).find(({ title }) => title === titles[0]);
    if (design === undefined) throw new Error("there is no phase parent");
    delete design.parent;
    await stage.pass(120_000);
    await stage.stop();
    expect(await stage.comment(plan)).toContain(
      `#${design.number}, which it belongs under, is not among the plan's sub-issues`,
    );
    expect(stage.world.issues.size).toBe(5);
  });
});
