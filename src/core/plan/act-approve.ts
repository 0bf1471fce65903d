import type { Act, ActContext, Acted } from "./act.ts";
import { touchesStarted } from "./act-change.ts";
import { waiveAll } from "./act-questions.ts";
import { catchUpAfter } from "./catch-up.ts";
import { openQuestions } from "./head.ts";
import type { Amendment, Approval, CatchUp, PlanRecord, PlanState } from "./plan.ts";
import { refuse } from "./refuse.ts";

/** A bare `/approve` or `/accept` must be this much younger than what it takes, seconds: time to have read it. */
export const readingSeconds = 10;

type Approve = Extract<Act, { kind: "approve" }>;

/**
 * Approves exactly what was read: the named revision, or bare what the plan comment has shown for 10 seconds. With its
 * revision an approved plan is approved again: after a foreign commit, or when the first approval no longer counts.
 */
export function approve(state: PlanState, wanted: Approve, context: ActContext): Acted {
  const { record } = state;
  const again = approvedBefore(state, wanted);
  const inexact = again === undefined ? whyNotExact(state, wanted, context) : undefined;
  const amendment = again === undefined ? state.amendment : undefined;
  const revision = again ?? record.revision;
  const why =
    whyClosed(state, wanted) ??
    inexact ??
    whyNotForeign(state, again, context) ??
    whyNotBy(record, revision, context) ??
    whyNotYet(record, wanted) ??
    whyNotStarted(state, amendment, wanted);
  if (why !== undefined) return refuse(why);
  const plan = amendment?.plan ?? state.plan;
  const hash = amendment === undefined ? state.hash : context.hashOf(plan);
  const next = {
    plan,
    record: withApproval(withCatchUp(waiveAll(record), catchUpAfter(state, plan)), { revision, hash }, context),
    ...(amendment === undefined ? {} : { amendment: null }),
    ...(state.foreign === undefined ? {} : { foreign: null }),
  };
  return { kind: "changed", next, summary: summaryOf(record, amendment, revision) };
}

function summaryOf({ status }: PlanRecord, amendment: Amendment | undefined, revision: number): string {
  if (amendment !== undefined) return `approved the amendment r${revision}`;
  return `approved r${revision}${status.kind === "approved" ? " again" : ""}`;
}

/** What somebody else's commit made of the revision is what is approved now. */
function withApproval(
  record: PlanRecord,
  { revision, hash }: Pick<Approval, "revision" | "hash">,
  { by, comment, at }: ActContext,
): PlanRecord {
  return {
    ...record,
    revisions: record.revisions.map((one) => (one.revision === revision ? { ...one, hash } : one)),
    status: { kind: "approved", approval: { revision, hash, by, comment, at } },
  };
}

function withCatchUp({ catchUp: former, ...record }: PlanRecord, catchUp: CatchUp | undefined): PlanRecord {
  return catchUp === undefined ? record : { ...record, catchUp };
}

/** The approved revision, when it is named again beside the amendment that waits. */
function approvedBefore({ record, amendment }: PlanState, { revision }: Approve): number | undefined {
  if (record.status.kind !== "approved" || revision !== record.status.approval.revision) return undefined;
  return amendment === undefined ? record.revision : revision;
}

function whyClosed({ record, amendment, foreign }: PlanState, { revision }: Approve): string | undefined {
  const { status } = record;
  switch (status.kind) {
    case "draft":
      return undefined;
    case "approved": {
      if (amendment !== undefined || revision !== undefined || foreign !== undefined) return undefined;
      const { revision: current, by } = status.approval;
      return `r${current} was already approved by ${by}; nothing to do`;
    }
    case "cancelled":
      return "the plan was cancelled; start again with /plan";
    case "done":
      return "the plan is done; there is nothing to approve";
  }
}

function whyNotExact(state: PlanState, { revision, shown }: Approve, { at }: ActContext): string | undefined {
  const current = state.record.revision;
  if (revision === current) return undefined;
  if (revision !== undefined) {
    const stale = `r${revision} is not the plan any more, it is at r${current}`;
    const approvedBy = whoApproved(state);
    if (approvedBy !== undefined) return `${stale}, which ${approvedBy} has approved; nothing to do`;
    return `${stale}: read it, then write /approve r${current}`;
  }
  if (state.foreign !== undefined) {
    const { commit, author } = state.foreign;
    return `ledger commit ${commit.slice(0, 7)} by ${author} changed this plan: look at it, then write /approve r${current}`;
  }
  if (shown === undefined || shown.revision !== current) {
    const seen = shown === undefined ? "no revision" : `r${shown.revision}`;
    return `the thread showed ${seen} when you wrote, and the plan is at r${current}: read it, then write /approve r${current}`;
  }
  const seconds = (Date.parse(at) - Date.parse(shown.at)) / 1000;
  if (seconds >= readingSeconds) return undefined;
  const before = current > 1 ? `r${current - 1}` : "an empty thread";
  return `r${current} was shown less than ${readingSeconds} seconds before your comment, so you may have read ${before}: write /approve r${current}`;
}

/** Who approved what the plan is at, where nothing waits for another approval. */
function whoApproved({ record, amendment, foreign }: PlanState): string | undefined {
  const approved = record.status.kind === "approved" && amendment === undefined && foreign === undefined;
  return approved ? record.status.approval.by : undefined;
}

/** Where two persons are wanted, nobody made what somebody else's commit left: it must become somebody's revision first. */
function whyNotForeign(
  { record, foreign }: PlanState,
  again: number | undefined,
  { twoPersons }: ActContext,
): string | undefined {
  if (!twoPersons || foreign === undefined || (foreign.amended !== undefined && again === undefined)) return undefined;
  const how = record.status.kind === "approved" ? "/amend edit" : "/edit or /undo";
  return `ledger commit ${foreign.commit.slice(0, 7)} by ${foreign.author} changed r${again ?? record.revision} and two people are wanted here: make a revision of it with ${how}, which somebody else approves`;
}

/** Where two persons are wanted, whoever made a revision does not approve it. */
function whyNotBy({ revisions }: PlanRecord, revision: number, { twoPersons, by }: ActContext): string | undefined {
  const maker = revisions.find((one) => one.revision === revision)?.by;
  if (!twoPersons || maker?.toLowerCase() !== by.toLowerCase()) return undefined;
  return `two people are wanted here and you made r${revision}: somebody else writes /approve r${revision}`;
}

function whyNotYet(record: PlanRecord, { anyway }: Approve): string | undefined {
  const open = openQuestions(record).map(({ number }) => `Q${number}`);
  if (open.length === 0 || anyway) return undefined;
  const which = `${open.join(", ")} ${open.length === 1 ? "is" : "are"}`;
  return `${which} not answered: write /answer ${open[0]} and the answer, or waive with /approve r${record.revision} --anyway`;
}

function whyNotStarted(
  { plan, record }: PlanState,
  amendment: Amendment | undefined,
  { started }: Approve,
): string | undefined {
  const touched = amendment && touchesStarted(plan, amendment.plan, started);
  return touched === undefined ? undefined : `${touched}; /undo takes r${record.revision} back`;
}
