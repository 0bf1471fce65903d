import type { Act, ActContext, Acted } from "./act.ts";
import { touchesStarted } from "./act-change.ts";
import { waiveAll } from "./act-questions.ts";
import { catchUpAfter } from "./catch-up.ts";
import { openQuestions } from "./head.ts";
import type { Approval, PlanRecord, PlanState } from "./plan.ts";
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
  const why =
    whyClosed(state, wanted) ??
    (again === undefined ? whyNotExact(state, wanted, context) : undefined) ??
    whyNotNow(state, wanted, context);
  if (why !== undefined) return refuse(why);
  const waived = waiveAll(record);
  const cleared = state.foreign === undefined ? {} : { foreign: null };
  if (state.amendment !== undefined && again === undefined) return approveAmendment(state, waived, context);
  const revision = again ?? record.revision;
  const next = {
    plan: state.plan,
    record: approved(withHash(waived, revision, state.hash), { revision, hash: state.hash }, context),
    ...cleared,
  };
  return {
    kind: "changed",
    next,
    summary: `approved r${revision}${record.status.kind === "approved" ? " again" : ""}`,
  };
}

function approveAmendment(state: PlanState, record: PlanRecord, context: ActContext): Acted {
  const plan = state.amendment?.plan ?? state.plan;
  const hash = context.hashOf(plan);
  const { revision } = record;
  const catchUp = catchUpAfter(state, plan);
  const { catchUp: former, ...rest } = withHash(record, revision, hash);
  const next = {
    plan,
    record: approved({ ...rest, ...(catchUp === undefined ? {} : { catchUp }) }, { revision, hash }, context),
    amendment: null,
    ...(state.foreign === undefined ? {} : { foreign: null }),
  };
  return { kind: "changed", next, summary: `approved the amendment r${revision}` };
}

function approved(
  record: PlanRecord,
  what: Pick<Approval, "revision" | "hash">,
  { by, comment, at }: ActContext,
): PlanRecord {
  return { ...record, status: { kind: "approved", approval: { ...what, by, comment, at } } };
}

/** What somebody else's commit made of the revision is what is approved now. */
function withHash(record: PlanRecord, revision: number, hash: string): PlanRecord {
  return {
    ...record,
    revisions: record.revisions.map((one) => (one.revision === revision ? { ...one, hash } : one)),
  };
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
    return `r${revision} is not the plan any more, it is at r${current}: read it, then write /approve r${current}`;
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

function whyNotNow(state: PlanState, { anyway, started }: Approve, context: ActContext): string | undefined {
  const { record, plan, amendment } = state;
  const last = record.revisions.at(-1);
  if (context.twoPersons && last?.by.toLowerCase() === context.by.toLowerCase()) {
    return `two people are wanted here and you made r${record.revision}: somebody else writes /approve r${record.revision}`;
  }
  const open = openQuestions(record).map(({ number }) => `Q${number}`);
  if (open.length > 0 && !anyway) {
    const which = `${open.join(", ")} ${open.length === 1 ? "is" : "are"}`;
    return `${which} not answered: write /answer ${open[0]} and the answer, or waive with /approve r${record.revision} --anyway`;
  }
  const touched = amendment && touchesStarted(plan, amendment.plan, started);
  return touched === undefined ? undefined : `${touched}; /undo takes r${record.revision} back`;
}
