import { budgetNoteKey, withMade } from "../../core/queue/creating.ts";
import { formatBudgetMarker, formatBudgetNote } from "../../wire/budget-note.ts";
import { beginCreating } from "./creating.ts";
import { findOwnComment } from "./own-comment.ts";
import type { Performer } from "./performer.ts";
import { planOf } from "./performer.ts";

/** The ledger knows last: until then the comment is looked for, and found, before one is posted. */
export const tellBudget: Performer<"tell-budget"> = async ({ scope, key, line }, scene) => {
  const { forge, plans } = scene.ports;
  const plan = planOf(scene);
  const name = budgetNoteKey(key);
  const begun = await beginCreating(scene, [name]);
  // Another hub is at it, or has told of it since.
  if (begun?.keys.has(name) !== true) return;
  const marker = formatBudgetMarker({ plan, key });
  const isIt = (body: string) => body.startsWith(marker);
  const told = begun.first ? undefined : await findOwnComment(forge, plan, isIt);
  if (told === undefined) await forge.comments.create(plan, formatBudgetNote({ plan, key, line }));
  await plans.edit(plan, (state) => {
    if (state === undefined) return { answer: undefined };
    const spentTold = { ...state.record.spentTold, [scope]: key };
    const record = withMade({ ...state.record, spentTold }, [name]);
    return { answer: undefined, change: { plan: state.plan, record, message: `Plan #${plan}: a budget is spent` } };
  });
};
