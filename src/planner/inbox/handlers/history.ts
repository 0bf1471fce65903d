import { noPlan } from "../../../core/plan/apply.ts";
import { headOf } from "../../../core/plan/head.ts";
import { listKeys } from "../../../core/plan/keys.ts";
import type { Proposal } from "../../../core/plan/plan.ts";
import { proposalMeant, staleTasks } from "../../../core/plan/proposal.ts";
import { undoTarget } from "../../../core/plan/undo.ts";
import { findAnswerMarker } from "../../../wire/render/plan-marker.ts";
import type { Handler, Turn } from "./handler.ts";
import { refused } from "./handler.ts";

/** An earlier revision again, as a new one. */
export const undo: Handler<"undo"> = async ({ steps, revision }, { state, options, comment }) => {
  if (state === undefined) return refused(noPlan);
  const target = undoTarget(state.record, { steps, revision });
  if (target.kind === "refused") return refused(target.reason);
  const former = await options.store.revision(comment.issue, target.revision);
  if (former === undefined) return refused(`the text of r${target.revision} is not kept any more`);
  return { kind: "done", changes: [{ kind: "restore", revision: target.revision, ...former }], exact: true };
};

/** What the planner proposed, unless the tasks it is about have changed since. */
export const accept: Handler<"accept"> = async ({ proposal: number }, turn) => {
  const { state, comment } = turn;
  if (state === undefined) return refused(noPlan);
  const shownAt =
    number === undefined && state.proposal !== undefined ? await shownSince(turn, state.proposal) : undefined;
  const meant = proposalMeant(state, { number, at: comment.createdAt, shownAt });
  if (meant.kind === "refused") return refused(meant.reason);
  const { proposal } = meant;
  const made = await turn.options.store.revision(comment.issue, proposal.revision);
  if (made === undefined) {
    return refused(
      `P${proposal.number} was made for r${proposal.revision}, which is not kept any more; /discuss it again`,
    );
  }
  const stale = staleTasks(proposal.changes, made, headOf(state).plan);
  if (stale.length > 0) {
    const changed = `${listKeys(stale)} ${stale.length === 1 ? "is" : "are"} not as ${stale.length === 1 ? "it was" : "they were"}`;
    return refused(`${changed} in r${proposal.revision}, for which P${proposal.number} was made; /discuss it again`);
  }
  return { kind: "done", changes: proposal.changes, accepts: proposal.number, exact: true };
};

/** Since when the thread shows it: when our answer was posted, or changed by somebody. */
async function shownSince({ options, comment }: Turn, proposal: Proposal): Promise<string | undefined> {
  const { comments, botLogin } = options.forge;
  const thread = await comments.ofIssue(comment.issue, proposal.at);
  return thread.find(({ author, body }) => author === botLogin && findAnswerMarker(body) === proposal.comment)
    ?.updatedAt;
}
