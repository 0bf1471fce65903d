import { isDeepStrictEqual } from "node:util";
import { CoppiceError } from "../core/errors.ts";
import type { PlanState } from "../core/plan/plan.ts";
import type { Ledger, LedgerFile, LedgerHead } from "../ports/forge/ledger.ts";
import type { Log } from "../ports/log.ts";
import type { PlanEdit, Plans } from "../ports/plans.ts";
import { answerPath, marksPath, planFolder } from "../wire/ledger-paths.ts";
import type { Marks } from "../wire/marks-yaml.ts";
import { formatMarks } from "../wire/marks-yaml.ts";
import { readMarksText } from "./ledger-texts.ts";
import { changedFiles, foreignAnswers, foreignMarks } from "./plan-changes.ts";
import type { BrokenPlan } from "./plan-files.ts";
import { pathsOf, readPlan, readPlans, readRevision, waitingAnswers } from "./plan-files.ts";
import { rememberLedger } from "./remembered-ledger.ts";

/** An edit that may also move the comment marks and the outbox, in the same commit. */
export interface MarkedEdit<Answer> extends PlanEdit<Answer> {
  readonly marks?: Marks;
  /** The answer that is to be posted to a comment; null: it has been. */
  readonly outbox?: { readonly comment: number; readonly text: string | null };
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
  /** Answers that are decided and not yet known to be posted, the oldest comment first. */
  outbox(): Promise<readonly { readonly issue: number; readonly comment: number }[]>;
}

/** No plan is kept under this number: issues count from 1. */
const noIssue = 0;

/** Somebody else may commit first so many times before an edit is given up. */
const maxTries = 8;

/**
 * Plans over the ledger. Content that cannot be read throws ledger-invalid with its path and line and is never
 * rewritten; `list` leaves such plans out and `broken` names them, so that one does not stop the others. The ledger's
 * head is remembered (docs/decisions/0003): whoever must see what others did a moment ago calls `doubt` first.
 */
export function openPlanStore(from: Pick<Ledger, "read" | "commit">, log: Log): PlanStore {
  const ledger = rememberLedger(from);
  const editMarked: PlanStore["editMarked"] = oneAtATime((issue, edit) => commitEdit({ ledger, log }, issue, edit));
  const readAll = async () => readPlans(await ledger.read());
  const tell = toldOnce(log);
  return {
    async list() {
      const { plans, broken } = await readAll();
      tell(broken);
      return plans;
    },
    broken: async () => (await readAll()).broken,
    load: async (issue) => (await readPlan(await ledger.read(), issue))?.state,
    revision: async (issue, revision) => readRevision(await ledger.read(), issue, revision),
    file: async (issue, path) => (await ledger.read()).text(`${planFolder(issue)}/${path}`),
    marks: async () => loadMarks(await ledger.read(), log),
    outbox: async () => waitingAnswers(await ledger.read()),
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
  { ledger, log }: { readonly ledger: Pick<Ledger, "read" | "commit">; readonly log: Log },
  issue: number,
  edit: (state: PlanState | undefined, marks: Marks | undefined) => MarkedEdit<Answer>,
): Promise<Answer> {
  for (let tried = 0; tried < maxTries; tried++) {
    const head = await ledger.read();
    const stored = await readPlan(head, issue);
    const marks = await loadMarks(head, log);
    const wanted = edit(stored?.state, marks);
    const change = wanted.change === undefined ? [] : changedFiles(issue, { head, stored }, wanted.change);
    const files = [...change, ...markFiles(issue, { head, marks }, wanted)];
    if (files.length === 0) return wanted.answer;
    files.push(
      ...foreignMarks(head, wanted.change?.foreign === undefined ? undefined : issue),
      ...foreignAnswers(head),
    );
    const message = wanted.change?.message ?? "Note which comments are dealt with";
    const committed = await ledger.commit({ expected: head.oid, files, message });
    if (committed.kind === "moved") continue;
    tellOfMarks(head, log);
    return wanted.answer;
  }
  throw new CoppiceError("forge-unavailable", `the ledger moved ${maxTries} times during one change of it`);
}

function markFiles(
  issue: number,
  before: { readonly head: LedgerHead; readonly marks: Marks | undefined },
  { marks, outbox }: MarkedEdit<unknown>,
): readonly LedgerFile[] {
  const files: LedgerFile[] = [];
  if (marks !== undefined && !isDeepStrictEqual(marks, before.marks)) {
    files.push({ path: marksPath, text: formatMarks(marks) });
  }
  if (outbox === undefined) return files;
  const path = answerPath(issue, outbox.comment);
  if (outbox.text !== null || pathsOf(before.head, issue).has(path)) files.push({ path, text: outbox.text });
  return files;
}

/** Marks decide nothing about plans: a command may be missed or repeated by them, which people see. */
function tellOfMarks({ foreign }: LedgerHead, log: Log): void {
  for (const { commit, author, paths } of foreign) {
    if (paths.includes(marksPath)) log.warn({ commit, author }, "Somebody else changed which comments are dealt with");
  }
}

/** The same trouble is told once, however often plans are listed. */
function toldOnce(log: Log): (broken: readonly BrokenPlan[]) => void {
  let told: ReadonlySet<string> = new Set();
  return (broken) => {
    for (const { issue, problem } of broken) {
      if (told.has(problem)) continue;
      log.error({ issue, error: problem }, "A plan in the ledger cannot be read and is left alone");
    }
    told = new Set(broken.map(({ problem }) => problem));
  };
}

/**
 * Marks that somebody made unreadable are none: without them a repository begins anew (a command of the last minutes may be
 * looked at twice), and our next commit mends them. Failing instead would silence every issue.
 */
async function loadMarks(head: LedgerHead, log: Log): Promise<Marks | undefined> {
  const text = await head.text(marksPath);
  if (text === undefined) return undefined;
  try {
    return readMarksText(text, marksPath);
  } catch (error) {
    if (!(error instanceof CoppiceError) || error.code !== "ledger-invalid") throw error;
    log.error({ error: error.message }, "Which comments are dealt with cannot be read; it is begun anew");
    return undefined;
  }
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
