import { isHeld } from "../attempts.ts";
import type { Effect, LeaseRemoval } from "../effects.ts";
import { closePhases } from "./phases.ts";
import type { CreatedTask, Rule } from "./rule.ts";
import { createdTasks, isApproved, isDoubtful } from "./rule.ts";

export const mergeGreen: Rule = (survey) =>
  createdTasks(survey).flatMap(({ key, issue, state, givenUp }): Effect[] => {
    if (givenUp || state.kind !== "review" || state.step.kind !== "merge") return [];
    const { pull, step } = state;
    return [{ kind: "merge-pull", task: key, issue: issue.number, pull: pull.number, head: step.head }];
  });

/** "Closes #n" acts for the default branch and not always at once; an issue still open is closed by us. */
export const closeMerged: Rule = (survey) =>
  createdTasks(survey).flatMap(({ key, issue, state }): Effect[] =>
    state.kind === "merged" ? [{ kind: "close-task", task: key, issue: issue.number }] : [],
  );

/**
 * The lease of a closed task goes, with the branch where its work is merged; other branches are left to people. Whoever
 * still holds the lease of a task that was given up cannot publish any more, and keeps its work.
 */
export const removeLeases: Rule = (survey) => {
  const leases = createdTasks(survey).flatMap(removalOf);
  return leases.length === 0 ? [] : [{ kind: "remove-leases", leases }];
};

function removalOf({ key, at, issue, givenUp }: CreatedTask): LeaseRemoval[] {
  const { lease, pull, run } = at;
  if (lease === undefined || issue.state === "open" || run !== undefined) return [];
  if (givenUp ? lease.lease.phase === "published" : isHeld(at)) return [];
  const held = { oid: lease.oid, lease: lease.lease };
  if (pull?.state !== "merged") return [{ task: key, held }];
  return [{ task: key, held, branch: { name: pull.branch, head: pull.head } }];
}

/** Every task is closed and something was completed; what was closed otherwise is told in the summary. A waiting amendment may want more. */
export const finishPlan: Rule = (survey) => {
  const { amendment } = survey.snapshot.state;
  if (!isApproved(survey) || isDoubtful(survey) || amendment !== undefined) return [];
  const states = survey.snapshot.tasks.flatMap(({ task }) => survey.states.get(task.key) ?? []);
  const closed = states.every(({ kind }) => kind === "done" || kind === "dropped");
  const completed = states.some(({ kind }) => kind === "done");
  return closed && completed ? [...closePhases(survey.snapshot, "completed"), { kind: "finish-plan" }] : [];
};
