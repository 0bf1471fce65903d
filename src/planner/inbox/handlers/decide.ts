import { noPlan } from "../../../core/plan/apply.ts";
import { headOf } from "../../../core/plan/head.ts";
import type { PlanState } from "../../../core/plan/plan.ts";
import { shownPlan } from "../shown-plan.ts";
import type { Handler, Turn } from "./handler.ts";
import { refused } from "./handler.ts";

export const approve: Handler<"approve"> = async ({ revision, anyway }, turn) => {
  const { state, options, comment } = turn;
  if (state === undefined) return refused(noPlan);
  const needed = revision === undefined || state.foreign !== undefined;
  const shown = needed ? await shownPlan(options.forge, state) : undefined;
  const unread = whyUnread(turn, state, shown);
  if (unread !== undefined) return refused(unread);
  const started = state.amendment === undefined ? [] : await options.started(comment.issue);
  return { kind: "done", act: { kind: "approve", revision, anyway, shown, started } };
};

export const cancel: Handler<"cancel"> = async () => ({ kind: "done", act: { kind: "cancel" } });

export const answer: Handler<"answer"> = async ({ question, text }) => ({
  kind: "done",
  act: { kind: "answer", question, text },
});

/** A revision's number does not tell what somebody else's commit made of it: the thread must have shown that text before. */
function whyUnread(
  { comment }: Turn,
  state: PlanState,
  shown: Awaited<ReturnType<typeof shownPlan>>,
): string | undefined {
  if (state.foreign === undefined) return undefined;
  const { commit, author } = state.foreign;
  const read = shown?.hash === headOf(state).hash && Date.parse(shown.at) <= Date.parse(comment.createdAt);
  if (read) return undefined;
  const { revision } = state.record;
  return `ledger commit ${commit.slice(0, 7)} by ${author} changed this plan and the thread did not show the result when you wrote; look at it, then write /approve r${revision}`;
}
