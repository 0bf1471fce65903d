import { applyAll } from "../../../core/plan/apply.ts";
import { beforeChange, headOf, openQuestions } from "../../../core/plan/head.ts";
import type { PlanState } from "../../../core/plan/plan.ts";
import { neutralise, neutraliseLine } from "../../../wire/neutralise.ts";
import { sayCommand } from "../../../wire/render/page.ts";
import { formatProposalText } from "../../../wire/render/proposal-text.ts";
import type { Discussed } from "../../planner.ts";
import { mayWrite } from "../may-write.ts";
import type { Handler, Turn } from "./handler.ts";

/** What a planner says at most, UTF-16 units: proposal and questions stand below it in the same comment. */
const maxWords = 20_000;

/** The planner's words, with what it proposes and must know; the plan itself stays as it is. */
export const discuss: Handler<"discuss"> = async ({ text }, turn) => {
  const { options, comment, signal } = turn;
  const { author } = comment;
  // Whoever may only discuss is answered, and decides nothing.
  const trusted = !comment.authorIsBot && mayWrite(await options.forge.permissions.of(author));
  const request = { ...(await turn.context()), text, author, trusted };
  const discussed = await options.planner.discuss(request, signal);
  if (discussed.kind === "refused") return discussed;
  const { usage } = discussed;
  const kept = keep(turn, discussed);
  const say = (after: PlanState | undefined) => answerText(turn, after, { ...discussed, unfit: kept.unfit });
  return kept.act === undefined ? { kind: "done", say, usage } : { kind: "done", act: kept.act, say, usage };
};

/** What is worth keeping of it: changes that the plan could take, and questions while there is a plan to approve. */
function keep({ state, policy }: Turn, { changes, questions }: Extract<Discussed, { kind: "discussed" }>) {
  const open = state?.record.status.kind === "draft" || state?.record.status.kind === "approved";
  if (state === undefined || !open) return { unfit: changes.length > 0 ? "there is no plan to change" : undefined };
  const applied = changes.length === 0 ? undefined : applyAll(beforeChange(state), changes, { tasks: policy.maxTasks });
  const unfit = applied?.kind === "refused" ? applied.reason : undefined;
  const proposal =
    applied === undefined || unfit !== undefined ? undefined : { revision: state.record.revision, changes };
  if (proposal === undefined && questions.length === 0) return { unfit };
  return { unfit, act: { kind: "note", proposal, questions } as const };
}

interface Said {
  readonly text: string;
  readonly unfit: string | undefined;
}

function answerText({ state, comment, policy }: Turn, after: PlanState | undefined, { text, unfit }: Said): string {
  const prefixed = policy.commands === "prefixed";
  const parts = [neutralise(text, maxWords)];
  const proposal = after?.proposal;
  if (after !== undefined && proposal?.comment === comment.id) {
    parts.push(formatProposalText(proposal, headOf(after).plan, { prefixed }));
  }
  if (unfit !== undefined) parts.push(`*What it proposed does not fit the plan: ${neutraliseLine(unfit, 500)}.*`);
  const known = new Set(state?.record.questions?.map(({ number }) => number));
  const asked = after === undefined ? [] : openQuestions(after.record).filter(({ number }) => !known.has(number));
  if (asked.length > 0) {
    const lines = asked.map((one) => `- **Q${one.number}** ${neutraliseLine(one.text, 500)}`);
    parts.push(["To be answered before the plan is approved:", "", ...lines].join("\n"));
    parts.push(`Write ${sayCommand(`answer Q${asked[0]?.number} <text>`, prefixed)}.`);
  }
  return parts.join("\n\n");
}
