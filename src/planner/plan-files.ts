import { CoppiceError } from "../core/errors.ts";
import type { Amendment, ForeignCommit, Plan, PlanState } from "../core/plan/plan.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { LedgerFile, LedgerHead } from "../ports/forge/ledger.ts";
import { parseForeign } from "../wire/foreign-yaml.ts";
import {
  amendmentPath,
  commentOfAnswerPath,
  foreignPath,
  issueOfPath,
  planPath,
  proposalPath,
  recordPath,
  revisionPath,
  taskOfResultPath,
} from "../wire/ledger-paths.ts";
import { planHash } from "../wire/plan-yaml.ts";
import { readPlanText, readProposalText, readRecordText } from "./ledger-texts.ts";

/** A plan with the bytes it was read from: what people approved is kept as it is written. */
export interface StoredPlan {
  readonly state: PlanState;
  readonly planText: string;
  readonly amendmentText?: string;
}

/** A plan whose files cannot be read: the place and what is wrong. */
export interface BrokenPlan {
  readonly issue: number;
  readonly problem: string;
}

/** Throws CoppiceError ledger-invalid naming path, line and what is wrong; undefined where there is no plan. */
export async function readPlan(head: LedgerHead, issue: number): Promise<StoredPlan | undefined> {
  const folder = byPlan(head).get(issue);
  if (folder?.stored !== undefined) return folder.stored;
  const stored = await readFolder(head, issue);
  // What is not approved is seldom looked at: there may be thousands of such plans.
  if (folder !== undefined && stored?.state.record.status.kind === "approved") folder.stored = stored;
  return stored;
}

async function readFolder(head: LedgerHead, issue: number): Promise<StoredPlan | undefined> {
  const path = planPath(issue);
  const paths = pathsOf(head, issue);
  const read = async (name: string) => (paths.has(name) ? head.text(name) : undefined);
  const names = [path, recordPath(issue), amendmentPath(issue), proposalPath(issue), foreignPath(issue)];
  const [planText, recordText, amendmentText, proposalText, foreignText] = await Promise.all(names.map(read));
  if (planText === undefined) return undefined;
  if (recordText === undefined) throw new CoppiceError("ledger-invalid", `${recordPath(issue)}:1: the file is missing`);
  // What was pushed a moment ago is on top of whatever was dealt with until then, and may have changed the note itself.
  const noted = foreignText === undefined ? undefined : () => parseForeign(foreignText, foreignPath(issue));
  const foreign = foreignOf(head, issue) ?? noted?.();
  const record = readRecordText(recordText, recordPath(issue));
  // Only what is approved can be amended: anything else under that name was put there by somebody else.
  const amends = record.status.kind === "approved";
  const state: PlanState = {
    plan: readPlanText(planText, path),
    hash: planHash(planText),
    record,
    ...(amendmentText === undefined || !amends ? {} : { amendment: readAmendment(amendmentText, issue) }),
    ...(proposalText === undefined ? {} : { proposal: readProposalText(proposalText, proposalPath(issue)) }),
    ...(foreign === undefined ? {} : { foreign }),
    folded: foldedTasks(paths),
  };
  return { state, planText, ...(amendmentText === undefined || !amends ? {} : { amendmentText }) };
}

/** Every plan, and those that cannot be read apart. */
export async function readPlans(
  head: LedgerHead,
): Promise<{ plans: readonly PlanState[]; broken: readonly BrokenPlan[] }> {
  const plans: PlanState[] = [];
  const broken: BrokenPlan[] = [];
  for (const issue of plansOf(head)) {
    try {
      const stored = await readPlan(head, issue);
      if (stored !== undefined) plans.push(stored.state);
    } catch (error) {
      if (!(error instanceof CoppiceError) || error.code !== "ledger-invalid") throw error;
      broken.push({ issue, problem: error.message });
    }
  }
  return { plans, broken };
}

/** The plan as a revision had it; undefined when that is not kept (any more). */
export async function readRevision(head: LedgerHead, issue: number, revision: number): Promise<Plan | undefined> {
  const path = revisionPath(issue, revision);
  const text = await head.text(path);
  if (text !== undefined) return readPlanText(text, path);
  const state = (await readPlan(head, issue))?.state;
  // A plan made before revisions were kept.
  return state?.record.revision === revision ? (state.amendment ?? state).plan : undefined;
}

/** Answers in the outbox, the oldest comment first; none that somebody else put there. */
export function waitingAnswers(head: LedgerHead) {
  const foreign = new Set(head.foreign.flatMap(({ paths }) => paths));
  const waiting = head.paths.flatMap((path) => {
    if (foreign.has(path)) return [];
    const [issue, comment] = [issueOfPath(path), commentOfAnswerPath(path)];
    return issue === undefined || comment === undefined ? [] : [{ issue, comment }];
  });
  return waiting.sort((one, other) => one.comment - other.comment);
}

/** The plans there are, whether or not they can be read. */
export function plansOf(head: LedgerHead): readonly number[] {
  return [...byPlan(head)].flatMap(([issue, { paths }]) => (paths.has(planPath(issue)) ? [issue] : []));
}

/** The files below a plan's folder. */
export function pathsOf(head: LedgerHead, issue: number): ReadonlySet<string> {
  return byPlan(head).get(issue)?.paths ?? none;
}

/** The newest commit of somebody else's above ours that touched the plan. */
export function foreignOf(head: LedgerHead, issue: number): ForeignCommit | undefined {
  const found = head.foreign.findLast(({ paths }) => paths.some((path) => issueOfPath(path) === issue));
  return found && { commit: found.commit, author: found.author, at: found.at };
}

/**
 * What is known of one head is known of the next as well, but for the folders its commit touched: ledgers grow to tens of
 * thousands of files, and change with every step of every task. For a commit of ours right on top of `from`.
 */
export function carryOver(from: LedgerHead, to: LedgerHead, files: readonly LedgerFile[]): void {
  const known = indexes.get(from);
  // Who else touched a plan is part of what was read of it.
  if (known === undefined || from.foreign.length + to.foreign.length > 0) return;
  const touched = new Map<number, Folder>();
  for (const { path, text } of files) {
    const issue = issueOfPath(path);
    if (issue === undefined) continue;
    const folder = touched.get(issue) ?? { paths: new Set(known.get(issue)?.paths) };
    touched.set(issue, folder);
    if (text === null) folder.paths.delete(path);
    else folder.paths.add(path);
  }
  indexes.set(to, new Map([...known, ...touched]));
}

/** A plan's files in one head of the ledger. */
interface Folder {
  readonly paths: Set<string>;
  stored?: StoredPlan;
}

const none: ReadonlySet<string> = new Set();
const indexes = new WeakMap<LedgerHead, ReadonlyMap<number, Folder>>();

/** Sorted once a head. */
function byPlan(head: LedgerHead): ReadonlyMap<number, Folder> {
  const known = indexes.get(head);
  if (known !== undefined) return known;
  const index = new Map<number, Folder>();
  for (const path of head.paths) {
    const issue = issueOfPath(path);
    if (issue === undefined) continue;
    const folder = index.get(issue) ?? { paths: new Set() };
    folder.paths.add(path);
    index.set(issue, folder);
  }
  indexes.set(head, index);
  return index;
}

function readAmendment(text: string, issue: number): Amendment {
  return { plan: readPlanText(text, amendmentPath(issue)), hash: planHash(text) };
}

function foldedTasks(paths: ReadonlySet<string>): readonly TaskKey[] {
  return [...paths].flatMap((path) => taskOfResultPath(path)?.task ?? []);
}
