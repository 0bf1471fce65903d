import { withMade } from "../../core/queue/creating.ts";
import { formatBudgetMarker, formatBudgetNote } from "../../wire/budget-note.ts";
import { beginCreating } from "./creating.ts";
import { findOwnComment } from "./own-comment.ts";
import type { Performer } from "./performer.ts";
import { planOf } from "./performer.ts";

/** The ledger knows last: until then the comment is looked for, and found, before one is posted. */
export const tellBudget: Performer<"tell-budget"> = async ({ scope, key, line }, scene) => {
  const { forge, plans } = scene.ports;
  const plan = planOf(scene);
  const marker = formatBudgetMarker({ plan, key });
  const name = `budget ${key}`.slice(0, 100);
  const begun = await beginCreating(scene, [name]);
  if (begun === undefined) return;
  const isThere = !begun.first && (await findOwnComment(forge, plan, (body) => body.startsWith(marker))) !== undefined;
  if (!isThere) await forge.comments.create(plan, formatBudgetNote({ plan, key, line }));
  await plans.edit(plan, (state) => {
    if (state === undefined || state.record.spentTold?.[scope] === key) return { answer: undefined };
    const told = { ...state.record, spentTold: { ...state.record.spentTold, [scope]: key } };
    const record = withMade(told, [name]);
    return { answer: undefined, change: { plan: state.plan, record, message: `Plan #${plan}: a budget is spent` } };
  });
};
