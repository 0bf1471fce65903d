import { accept } from "./accept.ts";
import { add } from "./add.ts";
import { agents } from "./agents.ts";
import { amend } from "./amend.ts";
import { answer } from "./answer.ts";
import { approve } from "./approve.ts";
import { assign } from "./assign.ts";
import { cancel } from "./cancel.ts";
import type { CommandRow, Verb } from "./command.ts";
import { discuss } from "./discuss.ts";
import { edit } from "./edit.ts";
import { help } from "./help.ts";
import { modify } from "./modify.ts";
import { oneSlip } from "./one-slip.ts";
import { pause, resume } from "./pause.ts";
import { plan } from "./plan.ts";
import { plans } from "./plans.ts";
import { priority } from "./priority.ts";
import { remove } from "./remove.ts";
import { retry } from "./retry.ts";
import { split } from "./split.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { submit } from "./submit.ts";
import { undo } from "./undo.ts";
import { view } from "./view.ts";

/** Every command there is; the help and the documents are made from it. */
export const commandRows: Readonly<Record<Verb, CommandRow>> = {
  plan,
  discuss,
  answer,
  accept,
  add,
  modify,
  split,
  remove,
  assign,
  edit,
  undo,
  amend,
  approve,
  submit,
  cancel,
  pause,
  resume,
  stop,
  retry,
  priority,
  view,
  plans,
  status,
  agents,
  help,
};

/** The verbs as people are told of them, in this order. */
export const verbGroups: readonly { readonly title: string; readonly verbs: readonly Verb[] }[] = [
  { title: "Plan and talk", verbs: ["plan", "discuss", "answer", "accept"] },
  { title: "Change the plan", verbs: ["add", "modify", "split", "remove", "assign", "edit", "undo"] },
  { title: "Decide", verbs: ["approve", "amend", "submit", "cancel"] },
  { title: "Steer the work", verbs: ["pause", "resume", "stop", "retry", "priority"] },
  { title: "Look", verbs: ["view", "status", "agents", "plans", "help"] },
];

export const verbs: readonly Verb[] = verbGroups.flatMap((group) => group.verbs);

/** The verb a word means, aliases included, whatever its case. */
export function findVerb(word: string): Verb | undefined {
  const lower = word.toLowerCase();
  return verbs.find((verb) => verb === lower || commandRows[verb].aliases.includes(lower));
}

/** The verb of ours that is exactly one typing slip away (one letter more, less, other, or two swapped); none for a verb. */
export function nearVerb(word: string): Verb | undefined {
  const lower = word.toLowerCase();
  if (findVerb(lower) !== undefined) return undefined;
  return verbs.find((verb) => [verb, ...commandRows[verb].aliases.filter(isLong)].some((name) => oneSlip(lower, name)));
}

/** Short aliases are one letter away from too many words. */
function isLong(alias: string): boolean {
  return alias.length > 3;
}
