import type { Effect } from "./effects.ts";
import type { Policy } from "./policy.ts";
import { tellBudget } from "./rules/budget.ts";
import { removeTwins } from "./rules/comment.ts";
import { addBlockers, catchUp, closeGivenUp, closeStrays, createIssues, recordIssues } from "./rules/issues.ts";
import { projectLabels } from "./rules/labels.ts";
import { closeMerged, finishPlan, mergeGreen, removeLeases } from "./rules/merging.ts";
import { closeUnwantedPhases, recordPhases } from "./rules/phases.ts";
import { freeAbandoned, publish, stopOrphans } from "./rules/publishing.ts";
import type { Rule } from "./rules/rule.ts";
import { heedLabels } from "./rules/steering-labels.ts";
import { tellStuck } from "./rules/stuck.ts";
import type { Snapshot } from "./snapshot.ts";
import { survey } from "./task-state.ts";

/** What should be done, in this order. Each rule looks at the whole plan and knows nothing of the others. */
const rules: readonly { readonly name: string; readonly rule: Rule }[] = [
  { name: "a run nobody waits for is stopped", rule: stopOrphans },
  { name: "an issue the ledger does not know is written down", rule: recordIssues },
  { name: "a phase parent the ledger does not know is written down", rule: recordPhases },
  { name: "a second issue of one task is closed", rule: closeStrays },
  { name: "issues of tasks nobody wants are closed", rule: closeGivenUp },
  { name: "phase parents of a plan nobody wants are closed", rule: closeUnwantedPhases },
  { name: "a changed task's issue says what was approved", rule: catchUp },
  { name: "tasks get issues, needs first, a few ahead", rule: createIssues },
  { name: "issues say what they wait for", rule: addBlockers },
  { name: "published work is folded, offered for review, and only then released", rule: publish },
  { name: "a lease nobody will claim again is freed", rule: freeAbandoned },
  { name: "green pull requests are merged", rule: mergeGreen },
  { name: "a merged task is closed", rule: closeMerged },
  { name: "a closed task gives back its lease and branch", rule: removeLeases },
  { name: "labels that people set are heard or put back", rule: heedLabels },
  { name: "labels show the state", rule: projectLabels },
  { name: "a spent budget is told of once", rule: tellBudget },
  { name: "one plan comment stays", rule: removeTwins },
];

/** What comes when there is nothing else to do. */
const last: typeof rules = [
  { name: "a plan that is stuck tells people once", rule: tellStuck },
  { name: "a plan whose tasks are all closed is finished", rule: finishPlan },
];

/**
 * Compares what is with what should be. Pure and total; when it gives nothing, the plan is as it should be. A plan is
 * finished only when nothing else is left to do, because a finished plan is not looked at again. The plan comment is apart (rules/comment.ts) because its text is made by the layer above.
 */
export function reconcile(snapshot: Snapshot, policy: Policy, now: number): readonly Effect[] {
  return reconcileByRule(snapshot, policy, now).map(({ effect }) => effect);
}

/** An effect, and the name of the rule that wants it. */
export interface WantedEffect {
  readonly rule: string;
  readonly effect: Effect;
}

/** The same, for people to read why. */
export function reconcileByRule(snapshot: Snapshot, policy: Policy, now: number): readonly WantedEffect[] {
  const at = survey(snapshot, policy, now);
  const wanted = rules.flatMap(({ name, rule }) => named(name, rule(at)));
  return wanted.length > 0 ? wanted : last.flatMap(({ name, rule }) => named(name, rule(at)));
}

function named(rule: string, effects: readonly Effect[]): readonly WantedEffect[] {
  return effects.map((effect) => ({ rule, effect }));
}
