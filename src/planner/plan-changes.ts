import { isDeepStrictEqual } from "node:util";
import { planLimits } from "../core/plan/limits.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { LedgerFile, LedgerHead } from "../ports/forge/ledger.ts";
import type { PlanEdit } from "../ports/plans.ts";
import { formatForeign } from "../wire/foreign-yaml.ts";
import {
  amendmentPath,
  commentOfAnswerPath,
  foreignPath,
  issueOfPath,
  planPath,
  proposalPath,
  recordPath,
  revisionOfPath,
  revisionPath,
} from "../wire/ledger-paths.ts";
import { formatPlan } from "../wire/plan-yaml.ts";
import { formatProposal } from "../wire/proposal-yaml.ts";
import { formatRecord } from "../wire/record-yaml.ts";
import { readPlanText, readProposalText, readRecordText } from "./ledger-texts.ts";
import type { StoredPlan } from "./plan-files.ts";
import { foreignOf, pathsOf, plansOf } from "./plan-files.ts";

type Change = NonNullable<PlanEdit<unknown>["change"]>;

/** The files that differ after a change, every revision's text kept beside the plan. */
export function changedFiles(
  issue: number,
  { head, stored }: { readonly head: LedgerHead; readonly stored: StoredPlan | undefined },
  change: Change,
): readonly LedgerFile[] {
  const before = stored?.state;
  const files: LedgerFile[] = [];
  const planText = textOf(change.plan, stored);
  if (planText !== stored?.planText) files.push(readable(planPath(issue), planText, readPlanText));
  if (!isDeepStrictEqual(change.record, before?.record)) {
    files.push(readable(recordPath(issue), formatRecord(change.record), readRecordText));
  }
  const amendmentText = amendmentAfter(change, stored);
  const left = amendmentText === undefined && pathsOf(head, issue).has(amendmentPath(issue));
  if (left || amendmentText !== stored?.amendmentText)
    files.push(readable(amendmentPath(issue), amendmentText, readPlanText));
  if (change.proposal !== undefined && !isDeepStrictEqual(change.proposal ?? undefined, before?.proposal)) {
    const text = change.proposal === null ? undefined : formatProposal(change.proposal);
    files.push(readable(proposalPath(issue), text, readProposalText));
  }
  if (change.foreign === null && pathsOf(head, issue).has(foreignPath(issue))) {
    files.push({ path: foreignPath(issue), text: null });
  }
  if (change.foreign) files.push({ path: foreignPath(issue), text: formatForeign(change.foreign) });
  // What lies there before the plan is nobody's: our commit would vouch for it.
  if (stored === undefined) {
    const written = new Set([...files.map(({ path }) => path), revisionPath(issue, change.record.revision)]);
    files.push(...[...pathsOf(head, issue)].filter((path) => !written.has(path)).map((path) => ({ path, text: null })));
  }
  const kept = revisionFiles(issue, { head, stored }, { change, text: amendmentText ?? planText });
  return [...files, ...kept, ...(change.files ?? [])];
}

/**
 * The note that plans have been touched by somebody else's commits below the one to be made: ours vouches for what lies
 * below it, so what it covers is written down. `settled` is a plan whose foreign commit is dealt with by this very commit.
 */
export function foreignMarks(head: LedgerHead, settled: number | undefined): readonly LedgerFile[] {
  if (head.foreign.length === 0) return [];
  const touched = new Set(head.foreign.flatMap(({ paths }) => paths.map(issueOfPath)));
  return plansOf(head).flatMap((issue) => {
    const foreign = touched.has(issue) && issue !== settled ? foreignOf(head, issue) : undefined;
    return foreign === undefined ? [] : [{ path: foreignPath(issue), text: formatForeign(foreign) }];
  });
}

/** Words for the thread that somebody else put into the outbox are not ours to say: they go. */
export function foreignAnswers(head: LedgerHead): readonly LedgerFile[] {
  // Nearly always: no walk through tens of thousands of paths at every commit.
  if (head.foreign.length === 0) return [];
  const touched = new Set(head.foreign.flatMap((commit) => commit.paths));
  const planted = head.paths.filter((path) => touched.has(path) && commentOfAnswerPath(path) !== undefined);
  return planted.map((path) => ({ path, text: null }));
}

/** Nothing is written that could not be read again: it would take the whole plan with it. Undefined deletes. */
function readable(path: string, text: string | undefined, read: (text: string, path: string) => unknown): LedgerFile {
  if (text === undefined) return { path, text: null };
  read(text, path);
  return { path, text };
}

/** A plan that is the same keeps its bytes: its hash is what people approved. */
function textOf(plan: Plan, stored: StoredPlan | undefined): string {
  const same = stored !== undefined && isDeepStrictEqual(plan, stored.state.plan);
  return same ? stored.planText : formatPlan(plan);
}

function amendmentAfter({ amendment }: Change, stored: StoredPlan | undefined): string | undefined {
  if (amendment === undefined) return stored?.amendmentText;
  if (amendment === null) return undefined;
  const same = isDeepStrictEqual(amendment, stored?.state.amendment?.plan);
  return (same ? stored?.amendmentText : undefined) ?? formatPlan(amendment);
}

/** A new revision's text is written once; what is older than those in the record goes. */
function revisionFiles(
  issue: number,
  { head, stored }: { readonly head: LedgerHead; readonly stored: StoredPlan | undefined },
  { change, text }: { readonly change: Change; readonly text: string },
): readonly LedgerFile[] {
  const { revision } = change.record;
  const former = stored?.state.record.revision;
  if (revision === former) return [];
  const paths = pathsOf(head, issue);
  const files: LedgerFile[] = [{ path: revisionPath(issue, revision), text }];
  // A plan made before revisions were kept.
  if (stored !== undefined && former !== undefined && !paths.has(revisionPath(issue, former))) {
    files.push({ path: revisionPath(issue, former), text: stored.amendmentText ?? stored.planText });
  }
  const oldest = revision - planLimits.revisions;
  const gone = [...paths].filter((path) => (revisionOfPath(path) ?? Number.POSITIVE_INFINITY) <= oldest);
  return [...files, ...gone.map((path) => ({ path, text: null }))];
}
