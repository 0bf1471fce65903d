import type { Act } from "../../../core/plan/act.ts";
import { applyAll } from "../../../core/plan/apply.ts";
import { beforeChange, headOf, openQuestions } from "../../../core/plan/head.ts";
import type { PlanState } from "../../../core/plan/plan.ts";
import { planPath } from "../../../wire/ledger-paths.ts";
import { neutralise, neutraliseLine } from "../../../wire/neutralise.ts";
import { ledgerFileUrl, sayCommand } from "../../../wire/render/page.ts";
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
  // Whoever may only discuss is answered, and decides nothing. A bot that is obeyed at all may write, but repeats anybody's words.
  const writes = comment.authorIsBot || mayWrite(await options.forge.permissions.of(author));
  const trusted = !comment.authorIsBot && writes;
  const request = { ...(await turn.context()), text, author, trusted };
  const discussed = await options.planner.discuss(request, signal);
  if (discussed.kind === "refused") return discussed;
  const { usage } = discussed;
  const kept: Kept = writes ? keep(turn, discussed) : { notKept: whyNotKept(discussed) };
  const say = (after: PlanState | undefined) => answerText(turn, after, { text: discussed.text, ...kept });
  return kept.act === undefined ? { kind: "done", say, usage } : { kind: "done", act: kept.act, say, usage };
};

type Answered = Extract<Discussed, { kind: "discussed" }>;

/** What becomes of it beside the words. */
interface Kept {
  readonly act?: Extract<Act, { kind: "note" }>;
  /** Why not all of it is kept; one sentence without its full stop. */
  readonly notKept?: string;
}

/** Questions hold up an approval and a proposal replaces the one before it: both take somebody who may write. */
function whyNotKept({ changes, questions }: Answered): string | undefined {
  if (changes.length === 0 && questions.length === 0) return undefined;
  return "What it would change or ask is not kept; somebody who may write to the repository can ask for it";
}

/** What is worth keeping of it: changes that the plan could take, and questions while there is a plan to approve. */
function keep({ state, policy }: Turn, { changes, questions }: Answered): Kept {
  const open = state?.record.status.kind === "draft" || state?.record.status.kind === "approved";
  if (state === undefined || !open) return changes.length > 0 ? doesNotFit("there is no plan to change") : {};
  const applied = changes.length === 0 ? undefined : applyAll(beforeChange(state), changes, { tasks: policy.maxTasks });
  const notKept = applied?.kind === "refused" ? doesNotFit(applied.reason) : {};
  const proposal = applied?.kind === "changed" ? { revision: state.record.revision, changes } : undefined;
  if (proposal === undefined && questions.length === 0) return notKept;
  return { ...notKept, act: { kind: "note", proposal, questions } };
}

function doesNotFit(reason: string): Kept {
  return { notKept: `What it proposed does not fit the plan: ${reason}` };
}

interface Said extends Kept {
  readonly text: string;
}

function answerText(
  { state, comment, commanded, policy }: Turn,
  after: PlanState | undefined,
  { text, notKept }: Said,
): string {
  const prefixed = policy.commands === "prefixed";
  const parts = [neutralise(text, maxWords)];
  const proposal = after?.proposal;
  if (after !== undefined && proposal?.comment === comment.id) {
    const ledgerUrl = ledgerFileUrl(commanded.issue.url, planPath(comment.issue));
    parts.push(formatProposalText(proposal, headOf(after).plan, { prefixed, ledgerUrl }));
  }
  if (notKept !== undefined) parts.push(`*${neutraliseLine(notKept, 500)}.*`);
  const known = new Set(state?.record.questions?.map(({ number }) => number));
  const asked = after === undefined ? [] : openQuestions(after.record).filter(({ number }) => !known.has(number));
  if (asked.length > 0) {
    const lines = asked.map((one) => `- **Q${one.number}** ${neutraliseLine(one.text, 500)}`);
    parts.push(["To be answered before the plan is approved:", "", ...lines].join("\n"));
    parts.push(`Write ${sayCommand(`answer Q${asked[0]?.number} <text>`, prefixed)}.`);
  }
  return parts.join("\n\n");
}
