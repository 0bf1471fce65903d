import { isDeepStrictEqual } from "node:util";
import { CoppiceError } from "../core/errors.ts";
import type { PlanState } from "../core/plan/plan.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { Ledger, LedgerFile, LedgerHead } from "../ports/forge/ledger.ts";
import type { Log } from "../ports/log.ts";
import type { PlanEdit, Plans } from "../ports/plans.ts";
import {
  issueOfPlanPath,
  marksPath,
  planFolder,
  planPath,
  recordPath,
  taskOfResultPath,
} from "../wire/ledger-paths.ts";
import type { Marks } from "../wire/marks-yaml.ts";
import { formatMarks, parseMarks } from "../wire/marks-yaml.ts";
import { formatPlan, parsePlan, planHash } from "../wire/plan-yaml.ts";
import { formatRecord, parseRecord } from "../wire/record-yaml.ts";
import { rememberLedger } from "./remembered-ledger.ts";

/** An edit that may also move the comment marks, in the same commit. */
export interface MarkedEdit<Answer> extends PlanEdit<Answer> {
  readonly marks?: Marks;
}

/** The plans of one repository, and how far its comments have been dealt with. */
export interface PlanStore extends Plans {
  marks(): Promise<Marks | undefined>;
  /** Compare-and-swap of the marks alone; gives what they are afterwards. */
  moveMarks(move: (marks: Marks | undefined) => Marks): Promise<Marks>;
  /** Like `edit`, but sees and may move the marks. */
  editMarked<Answer>(
    issue: number,
    edit: (state: PlanState | undefined, marks: Marks | undefined) => MarkedEdit<Answer>,
  ): Promise<Answer>;
}

/** No plan is kept under this number: issues count from 1. */
const noIssue = 0;

/** Somebody else may commit first so many times before an edit is given up. */
const maxTries = 8;

/**
 * Plans over the ledger. Content that cannot be read throws ledger-invalid with its path and line and is never
 * rewritten; `list` leaves such plans out and logs them, so that one does not stop the others. The ledger's head is
 * remembered (docs/decisions/0003): whoever must see what others did a moment ago calls `doubt` first.
 */
export function openPlanStore(from: Ledger, log: Log): PlanStore {
  const ledger = rememberLedger(from);
  const editMarked: PlanStore["editMarked"] = oneAtATime((issue, edit) => commitEdit(ledger, issue, edit));
  return {
    list: async () => listPlans(await ledger.read(), log),
    load: async (issue) => loadPlan(await ledger.read(), issue),
    file: async (issue, path) => (await ledger.read()).text(`${planFolder(issue)}/${path}`),
    marks: async () => loadMarks(await ledger.read()),
    moveMarks: (move) =>
      editMarked(noIssue, (_, before) => {
        const marks = move(before);
        return { marks, answer: marks };
      }),
    edit: (issue, edit) => editMarked(issue, (state) => edit(state)),
    editMarked,
    doubt: ledger.doubt,
  };
}

async function commitEdit<Answer>(
  ledger: Ledger,
  issue: number,
  edit: (state: PlanState | undefined, marks: Marks | undefined) => MarkedEdit<Answer>,
): Promise<Answer> {
  for (let tried = 0; tried < maxTries; tried++) {
    const head = await ledger.read();
    const state = await loadPlan(head, issue);
    const marks = await loadMarks(head);
    const wanted = edit(state, marks);
    const files = changedFiles(issue, { state, marks }, wanted);
    if (files.length === 0) return wanted.answer;
    const message = wanted.change?.message ?? "Note which comments are dealt with";
    const committed = await ledger.commit({ expected: head.oid, files, message });
    if (committed.kind === "committed") return wanted.answer;
  }
  throw new CoppiceError("forge-unavailable", `the ledger moved ${maxTries} times during one change of it`);
}

/** A plan that is the same keeps its bytes: its hash is what people approved. */
function changedFiles(
  issue: number,
  before: { state: PlanState | undefined; marks: Marks | undefined },
  { change, marks }: MarkedEdit<unknown>,
): readonly LedgerFile[] {
  const files: LedgerFile[] = [];
  if (change !== undefined && !isDeepStrictEqual(change.plan, before.state?.plan)) {
    files.push({ path: planPath(issue), text: formatPlan(change.plan) });
  }
  if (change !== undefined && !isDeepStrictEqual(change.record, before.state?.record)) {
    files.push({ path: recordPath(issue), text: formatRecord(change.record) });
  }
  if (marks !== undefined && !isDeepStrictEqual(marks, before.marks)) {
    files.push({ path: marksPath, text: formatMarks(marks) });
  }
  return [...files, ...(change?.files ?? [])];
}

async function listPlans(head: LedgerHead, log: Log): Promise<readonly PlanState[]> {
  const issues = head.paths.map(issueOfPlanPath).filter((issue) => issue !== undefined);
  const plans: PlanState[] = [];
  for (const issue of issues) {
    try {
      const state = await loadPlan(head, issue);
      if (state !== undefined) plans.push(state);
    } catch (error) {
      if (!(error instanceof CoppiceError) || error.code !== "ledger-invalid") throw error;
      log.error({ issue, error: error.message }, "A plan in the ledger cannot be read and is left alone");
    }
  }
  return plans;
}

async function loadPlan(head: LedgerHead, issue: number): Promise<PlanState | undefined> {
  const path = planPath(issue);
  if (!head.paths.includes(path)) return undefined;
  const [planText, recordText] = await Promise.all([head.text(path), head.text(recordPath(issue))]);
  if (planText === undefined) return undefined;
  if (recordText === undefined) throw new CoppiceError("ledger-invalid", `${recordPath(issue)}:1: the file is missing`);
  return {
    plan: parsePlan(planText, path),
    hash: planHash(planText),
    record: parseRecord(recordText, recordPath(issue)),
    folded: foldedTasks(head, issue),
  };
}

function foldedTasks(head: LedgerHead, issue: number): readonly TaskKey[] {
  return head.paths.flatMap((path) => {
    const result = taskOfResultPath(path);
    return result?.issue === issue ? [result.task] : [];
  });
}

async function loadMarks(head: LedgerHead): Promise<Marks | undefined> {
  if (!head.paths.includes(marksPath)) return undefined;
  const text = await head.text(marksPath);
  return text === undefined ? undefined : parseMarks(text, marksPath);
}

/** Edits of one process wait for each other, so that only other processes can make one lose. */
function oneAtATime(run: PlanStore["editMarked"]): PlanStore["editMarked"] {
  let last: Promise<unknown> = Promise.resolve();
  return (issue, edit) => {
    const mine = last.then(() => run(issue, edit));
    last = mine.catch(() => undefined);
    return mine;
  };
}
