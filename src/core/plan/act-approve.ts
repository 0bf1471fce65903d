import type { Act, ActContext, Acted } from "./act.ts";
import { touchesStarted } from "./act-change.ts";
import { waiveAll } from "./act-questions.ts";
import { catchUpAfter } from "./catch-up.ts";
import { openQuestions } from "./head.ts";
import type { Approval, CatchUp, PlanRecord, PlanState } from "./plan.ts";
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
  const amendment = again === undefined ? state.amendment : undefined;
  const plan = amendment?.plan ?? state.plan;
  const what = {
    revision: again ?? record.revision,
    hash: amendment === undefined ? state.hash : context.hashOf(plan),
  };
  const next = {
    plan,
    record: withApproval(withCatchUp(waived, catchUpAfter(state, plan)), what, context),
    ...(amendment === undefined ? {} : { amendment: null }),
    ...cleared,
  };
  const anew = amendment === undefined && record.status.kind === "approved" ? " again" : "";
  return {
    kind: "changed",
    next,
    summary: `approved ${amendment === undefined ? "" : "the amendment "}r${what.revision}${anew}`,
  };
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
