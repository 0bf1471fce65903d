import { actAll, stateAfter } from "../../core/plan/act.ts";
import type { PlanRecord, PlanState, Usage } from "../../core/plan/plan.ts";
import { addUsage, totalTokens } from "../../core/plan/usage.ts";
import type { Marks } from "../../wire/marks-yaml.ts";
import { neutraliseLine } from "../../wire/neutralise.ts";
import { maxBodyLength } from "../../wire/render/page.ts";
import type { MarkedEdit, PlanStore } from "../plan-store.ts";
import { actContext } from "./act-context.ts";
import type { Turn } from "./handlers/handler.ts";
import type { HeldIntent } from "./intents.ts";
import { isHeld } from "./intents.ts";
import { isApplied, takeSpent, withApplied, withSpent } from "./marks.ts";
import type { Prepared } from "./prepare.ts";

/** How a comment ended. */
export type Settled =
  /** Committed with its mark; an answer waits in the outbox. */
  | { readonly kind: "changed"; readonly answered: boolean }
  /** Nothing is committed: whoever calls says so in the thread. */
  | { readonly kind: "refused"; readonly reason: string; readonly at?: number }
  /** The refusal is in the outbox, with what asking cost on the plan's account. */
  | { readonly kind: "told" }
  | { readonly kind: "already" }
  /** Somebody else answers it by now. */
  | { readonly kind: "lost" }
  /** The plan is not as it was asked about any more. */
  | { readonly kind: "moved" };

export interface SettleRequest extends Pick<Turn, "comment" | "policy"> {
  readonly store: PlanStore;
  readonly marks: Marks;
  readonly prepared: Prepared;
  /** Who will make the comment of a new plan. */
  readonly hub: string;
  /** Which life of it. */
  readonly life?: string;
  /** Held while a model was asked: without it nothing is committed. */
  readonly intent?: HeldIntent;
  /** A refusal in the thread's words. */
  readonly tell: (reason: string, at?: number) => string;
}

/** Decides on the newest state and commits the whole result at once: plan, usage, mark, intent, answer. */
export function settle(request: SettleRequest): Promise<Settled> {
  const { store, comment, marks, intent, prepared } = request;
  return store.editMarked(comment.issue, (state, stored): MarkedEdit<Settled> => {
    if (isApplied(stored, comment)) return { answer: { kind: "already" } };
    if (intent !== undefined && !isHeld(stored, intent)) return { answer: { kind: "lost" } };
    const applied = withApplied(stored ?? marks, comment);
    if (prepared.kind === "refused") return refusal(request, { state, applied }, prepared);
    const context = actContext(request);
    const acted = prepared.acts.length === 0 ? undefined : actAll(state, prepared.acts, context);
    if (acted?.kind === "moved") return { answer: acted };
    if (acted?.kind === "refused") return refusal(request, { state, applied }, acted);
    const after = stateAfter(state, acted?.next, context);
    const text = joined(prepared.says.map((say) => say(after)));
    const outbox = text === "" ? {} : { outbox: { comment: comment.id, text } };
    const answer = { kind: "changed", answered: text !== "" } as const;
    if (after === undefined) return { answer, marks: withSpent(applied, comment.issue, prepared.usage), ...outbox };
    const { spent, marks: left } = takeSpent(applied, comment.issue);
    const summary = acted === undefined ? "what a planner was asked" : acted.summary;
    const usage = addUsage(addUsage(after.record.usage, spent), prepared.usage);
    const record = { ...after.record, ...firstWord(request, state, after), usage };
    const message = `Plan #${comment.issue} r${record.revision}: ${neutraliseLine(summary)}`;
    const change = { plan: after.plan, ...acted?.next, record, message };
    return { answer, marks: left, change, ...outbox };
  });
}

/** A new plan's comment is about to be made, by this hub: said in the commit that is made anyway. */
function firstWord(
  { hub, comment, life = String(comment.id) }: SettleRequest,
  before: PlanState | undefined,
  { record }: PlanState,
): Pick<PlanRecord, "creating"> {
  if (before !== undefined || record.comment !== undefined) return {};
  return { creating: { hub, nonce: life, at: comment.createdAt, keys: ["comment"] } };
}

/** Several commands' words as one answer, as much as fits into a comment. */
export function joined(texts: readonly string[]): string {
  return texts
    .filter(Boolean)
    .join("\n\n")
    .slice(0, maxBodyLength)
    .replace(/[\ud800-\udbff]$/, "");
}

/** What nobody was paid for is told by the caller; else the refusal is the result. An empty reason is told nobody. */
function refusal(
  { intent, comment, prepared, tell }: SettleRequest,
  { state, applied }: { readonly state: PlanState | undefined; readonly applied: Marks },
  { reason, at }: { readonly reason: string; readonly at?: number },
): MarkedEdit<Settled> {
  if (intent === undefined) return { answer: { kind: "refused", reason, at } };
  const told = reason === "" ? {} : { outbox: { comment: comment.id, text: tell(reason, at) } };
  const { usage } = prepared;
  const result = { answer: { kind: "told" } as const, marks: applied, ...told };
  if (state === undefined) return { ...result, marks: withSpent(applied, comment.issue, usage) };
  if (totalTokens(usage) === 0) return result;
  return { ...result, change: withUsage(state, usage, comment.issue) };
}

function withUsage({ plan, record }: PlanState, usage: Usage, issue: number) {
  const message = `Plan #${issue}: what a refused command cost`;
  return { plan, record: { ...record, usage: addUsage(record.usage, usage) }, message };
}
