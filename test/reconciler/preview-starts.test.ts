import { expect, it } from "vitest";
import { explainPlan } from "../../src/core/queue/explain.ts";
import { defaultPolicy as policy } from "../../src/core/queue/policy.ts";
import type { TaskSnapshot } from "../../src/core/queue/snapshot.ts";
import type { TaskKey } from "../../src/core/task/task.ts";
import { outlookTasks } from "../../src/reconciler/preview-starts.ts";
import { failure, issueView, leaseView, now, plannedTask, snapshotOf } from "../core/queue/snapshots.ts";

function task(number: number, needs: readonly TaskKey[] = [], more: Partial<TaskSnapshot> = {}): TaskSnapshot {
  return { task: plannedTask(`T${number}`, needs), issue: issueView(number + 1), folded: false, ...more };
}

it("what waits behind a failed task leaves the reason to that one's line; behind a dropped one, which has none, it says it", () => {
  const failures = [3, 2, 1].map((ago) => failure("verify-failed", now - ago));
  const snapshot = snapshotOf([
    task(1, [], { lease: leaseView({ issue: 2, failures }) }),
    task(2, ["T1"]),
    task(3, ["T2"]),
    task(4, [], { issue: issueView(5, { state: "closed", reason: "not_planned" }) }),
    task(5, ["T4"]),
  ]);
  const explained = explainPlan({ snapshot, policy, now });
  const { waiting } = outlookTasks(snapshot, { own: [], explained, isAnyone: false });
  expect(waiting.map(({ task: key, state, line }) => `${key} ${state}: ${line}`)).toEqual([
    "T1 failed: verify failed: it ended in verify-failed; /retry T1 begins it anew, /retry T1 with <agent> with another agent",
    "T2 blocked: T1 failed",
    "T3 blocked: waits for T2, which waits for T1",
    "T5 blocked: T4 dropped: closed, but not as completed: what needs it cannot start; open #5 again to have T4 done, or close it as completed when it is done",
  ]);
});
