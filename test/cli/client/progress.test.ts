import { describe, expect, it } from "vitest";
import { isStuck, readProgress } from "../../../src/cli/client/progress.ts";
import type { PlanState } from "../../../src/core/plan/plan.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import type { PlanView } from "../../../src/ports/forge/plan-views.ts";
import { samplePlan, sampleRecord } from "../../core/plan/sample-plan.ts";
import { issueView, pullView } from "../../core/queue/snapshots.ts";

type Issue = PlanView["issues"][number];

/** T1 <- T2 <- T3, T4 alone; their issues are #11 to #14. */
const plan = samplePlan({ T3: ["T2"], T2: ["T1"], T1: [], T4: [] });
const issueOf: Partial<Record<TaskKey, number>> = { T1: 11, T2: 12, T3: 13, T4: 14 };
const state: PlanState = {
  plan,
  hash: "",
  folded: [],
  record: sampleRecord({
    tasks: Object.fromEntries(Object.entries(issueOf).map(([key, number]) => [key, issueView(number ?? 0)])),
  }),
};

function view(issues: Partial<Record<TaskKey, Partial<Issue>>>, pulls: PlanView["pulls"] = []): PlanView {
  return {
    parent: { state: "open", nodeId: "I_2", title: "Plan" },
    issues: Object.entries(issueOf).map(([key, number]) => ({
      ...issueView(number ?? 0),
      title: "",
      ...issues[key as TaskKey],
    })),
    pulls,
  };
}

function states(seen: PlanView) {
  return Object.fromEntries(readProgress(state, seen).map((task) => [task.key, [task.state, task.line]]));
}

describe("how far tasks are by what their issues show", () => {
  it("follows the plan's order, and waiting follows the needs", () => {
    const tasks = readProgress(state, view({ T1: { state: "closed", reason: "completed" } }));
    expect(tasks.map(({ key }) => key)).toEqual(["T3", "T2", "T1", "T4"]);
    expect(tasks.map((task) => [task.state, task.ready, task.issue])).toEqual([
      ["queued", false, 13],
      ["queued", true, 12],
      ["done", false, 11],
      ["queued", true, 14],
    ]);
  });

  it("reads labels, and names the pull request of the task's own branch", () => {
    const pull = pullView(20, { branch: "coppice/12-task-t2" });
    const tasks = readProgress(
      state,
      view({ T1: { labels: ["coppice:running"] }, T2: { labels: ["coppice:review"] } }, [pull]),
    );
    expect(tasks.find(({ key }) => key === "T1")).toMatchObject({ state: "running", moves: true });
    expect(tasks.find(({ key }) => key === "T2")).toMatchObject({ state: "review", pull: { number: 20 } });
  });

  it("blocks all that waits for what failed, however far", () => {
    const seen = view({ T1: { labels: ["coppice:failed"] } });
    expect(states(seen)).toMatchObject({ T2: ["blocked", "T1 failed"], T3: ["blocked", "T2 blocked"] });
  });

  it("calls a task without an issue planned", () => {
    const seen = { ...view({}), issues: [] };
    expect(readProgress(state, seen).every((task) => task.state === "planned")).toBe(true);
  });
});

describe("a plan is stuck", () => {
  const failed: Partial<Record<TaskKey, Partial<Issue>>> = {
    T1: { labels: ["coppice:failed"] },
    T4: { state: "closed", reason: "completed" },
  };

  it("when only somebody's help can end it", () => {
    expect(isStuck(readProgress(state, view(failed)))).toBe(true);
    expect(isStuck(readProgress(state, view({ ...failed, T4: { state: "closed", reason: "not_planned" } })))).toBe(
      true,
    );
  });

  it("although tasks without issues are left, as long as they wait for what failed", () => {
    const tasks = (gone: number) => {
      const seen = view(failed);
      return readProgress(state, { ...seen, issues: seen.issues.filter(({ number }) => number !== gone) });
    };
    expect(tasks(13).map((task) => task.state)).toEqual(["planned", "blocked", "failed", "done"]);
    expect(isStuck(tasks(13))).toBe(true);
    // T4 needs nothing: its issue is about to be made.
    expect(isStuck(tasks(14))).toBe(false);
  });

  it("although tasks wait that nothing will let go on, and not while one goes on by itself in time", () => {
    const [task] = readProgress(state, view(failed));
    if (task === undefined) throw new Error("there are tasks");
    const dead = { ...task, state: "failed" as const };
    const queued = { ...task, state: "queued" as const, ready: false };
    expect(isStuck([dead, queued])).toBe(true);
    expect(isStuck([queued])).toBe(false);
    expect(isStuck([dead, { ...queued, moves: true }])).toBe(false);
  });

  it("and not while anything runs, may run, waits for a review, or when all is done", () => {
    for (const labels of [["coppice:running"], ["coppice:review"], ["coppice:paused"], []]) {
      expect(isStuck(readProgress(state, view({ ...failed, T4: { labels } })))).toBe(false);
    }
    const done: Partial<Issue> = { state: "closed", reason: "completed" };
    expect(isStuck(readProgress(state, view({ T1: done, T2: done, T3: done, T4: done })))).toBe(false);
    expect(isStuck([])).toBe(false);
  });
});
