import { describe, expect, it } from "vitest";
import type { Effect } from "../../../src/core/queue/effects.ts";
import { isProjection, subjectsOf } from "../../../src/core/queue/effects.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { countStates, progress } from "../../../src/core/queue/progress.ts";
import { removeTwins, showPlan } from "../../../src/core/queue/rules/comment.ts";
import { survey } from "../../../src/core/queue/task-state.ts";
import { head, issueView, leaseView, now, plannedTask, snapshotOf } from "./snapshots.ts";

const issue = { number: 2, id: 2, nodeId: "I_2" };
const lease = leaseView({ issue: 2 });
const held = { oid: lease.oid, lease: lease.lease };

/** One effect of each kind, with the tasks it acts on. */
const effects: readonly (readonly [Effect, readonly string[]])[] = [
  [{ kind: "stop-run", task: "T1", run: "r", reason: "" }, ["T1"]],
  [{ kind: "ensure-labels", names: [] }, []],
  [{ kind: "create-phases", phases: [] }, []],
  [{ kind: "record-phases", phases: [] }, []],
  [{ kind: "close-phases", phases: [], reason: "completed" }, []],
  [{ kind: "create-task-issues", tasks: ["T1", "T2"] }, ["T1", "T2"]],
  [{ kind: "record-issues", issues: [{ key: "T1", issue }] }, ["T1"]],
  [{ kind: "close-strays", issues: [] }, []],
  [{ kind: "close-given-up", issues: [] }, []],
  [{ kind: "catch-up", catchUp: { rewrite: ["T2"], unlink: [] } }, ["T2"]],
  [{ kind: "add-blockers", edges: [] }, []],
  [{ kind: "fold-results", results: [{ task: "T1", epoch: 1, lease: head }] }, ["T1"]],
  [{ kind: "open-pull", task: "T1", issue: 2, lease: held }, ["T1"]],
  [{ kind: "release-lease", task: "T1", lease: held }, ["T1"]],
  [{ kind: "merge-pull", task: "T1", issue: 2, pull: 9, head }, ["T1"]],
  [{ kind: "close-task", task: "T1", issue: 2 }, ["T1"]],
  [{ kind: "remove-leases", leases: [{ task: "T1", held }] }, ["T1"]],
  [{ kind: "heed-labels", tasks: ["T1"] }, []],
  [{ kind: "change-labels", changes: [] }, []],
  [{ kind: "render-plan", text: "" }, []],
  [{ kind: "remove-twins", keep: 1, remove: [2] }, []],
  [{ kind: "tell-budget", scope: "day", key: "", line: "" }, []],
  [{ kind: "tell-stuck", name: "stuck T1@3", failed: [], waiting: ["T2"], others: false }, []],
  [{ kind: "finish-plan" }, []],
];

describe("an effect", () => {
  it.each(effects.map(([effect, tasks]) => [effect.kind, effect, tasks] as const))(
    "%s names its tasks",
    (_, effect, tasks) => {
      expect(subjectsOf(effect)).toEqual(tasks);
    },
  );

  it("is a projection where it only shows or tidies up", () => {
    const shown = effects.map(([effect]) => effect).filter(isProjection);
    expect(shown.map(({ kind }) => kind)).toEqual(["remove-leases", "change-labels", "render-plan"]);
  });
});

describe("the plan comment", () => {
  it("is written when it is not there or says something else, and not otherwise", () => {
    expect(showPlan({}, "text")).toEqual([{ kind: "render-plan", text: "text" }]);
    expect(showPlan({ comment: { id: 5, body: "old" } }, "text")).toEqual([
      { kind: "render-plan", text: "text", comment: 5 },
    ]);
    expect(showPlan({ comment: { id: 5, body: "text" } }, "text")).toEqual([]);
  });

  it("has no twins for long", () => {
    const twins = (ids?: readonly number[]) =>
      removeTwins(survey(snapshotOf([], ids === undefined ? {} : { twins: ids }), defaultPolicy, now));
    expect(twins([3, 4, 5])).toEqual([{ kind: "remove-twins", keep: 3, remove: [4, 5] }]);
    expect([twins([3]), twins()]).toEqual([[], []]);
  });
});

describe("progress", () => {
  it("is counted by state", () => {
    const done = issueView(2, { state: "closed", reason: "completed" });
    const tasks = [
      { task: plannedTask("T1"), issue: done, folded: false },
      { task: plannedTask("T2"), issue: { ...done, number: 3 }, folded: false },
      { task: plannedTask("T3"), folded: false },
    ];
    expect([...countStates(progress(snapshotOf(tasks), defaultPolicy, now))]).toEqual([
      ["done", 2],
      ["planned", 1],
    ]);
  });
});
