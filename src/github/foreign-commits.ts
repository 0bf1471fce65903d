import { CoppiceError } from "../core/errors.ts";
import type { Oid } from "../core/repository.ts";
import type { LedgerHead } from "../ports/forge/ledger.ts";
import type { LedgerEntries, LedgerFiles } from "./ledger-files.ts";
import type { LedgerCommitRow } from "./ledger-history.ts";
import { descendsFrom, listDown } from "./ledger-history.ts";
import type { Scope } from "./scope.ts";

type Foreign = LedgerHead["foreign"];

/** Tells the ledger's commits apart (docs/decisions/0007). */
export interface ForeignCommits {
  /** What nobody but people answers for at this head. `rewritten`: it does not descend from what this process saw before; a stale read looks the same. */
  upTo(head: Oid): Promise<{ readonly foreign: Foreign; readonly rewritten: boolean }>;
  /** A commit of this process: whatever lies below was seen when it was made. */
  vouch(head: Oid): void;
  /** The newest head that people need not look at, once there is one. */
  vouched(): Oid | undefined;
}

/** Foreign commits looked at one by one; of more, only what they change together is told. */
const maxSteps = 8;

/** Remembers the newest head that people need not look at, so that an ordinary read asks for nothing. */
export function openForeignCommits(scope: Scope, files: LedgerFiles): ForeignCommits {
  let vouched: Oid | undefined;
  let judged: { head: Oid; foreign: Foreign; rewritten: boolean } | undefined;
  return {
    async upTo(head) {
      if (head === vouched) return { foreign: [], rewritten: false };
      if (head === judged?.head) return judged;
      const rows = await listDown(scope, head, ({ own, oid }) => own || oid === vouched);
      const base = rows.find(({ own, oid }) => own || oid === vouched)?.oid ?? vouched;
      const rewritten = vouched !== undefined && !(await contains(scope, rows, vouched));
      const foreign = rewritten
        ? await rewrittenAt(scope, rows, await differences(files, vouched, head))
        : await above(files, rows, base);
      judged = { head, foreign, rewritten: foreign.length > 0 && rewritten };
      if (foreign.length === 0) vouched = head;
      else vouched ??= base;
      return judged;
    },
    vouch(head) {
      vouched = head;
      judged = undefined;
    },
    vouched: () => vouched,
  };
}

async function contains(scope: Scope, rows: readonly LedgerCommitRow[], ancestor: Oid): Promise<boolean> {
  const [head] = rows;
  if (head === undefined) return false;
  return rows.some(({ oid }) => oid === ancestor) || (await descendsFrom(scope, head.oid, ancestor));
}

/** Commits that were ours are gone: one entry, for all that differs from what this process saw last. */
function rewrittenAt(scope: Scope, [head]: readonly LedgerCommitRow[], paths: readonly string[]): Foreign {
  if (head === undefined || paths.length === 0) return [];
  // Whoever made that commit did not move the branch there, and when it was moved git does not tell.
  const at = new Date(scope.clock.now()).toISOString();
  return [{ commit: head.oid, author: "whoever rewrote the ledger's history", at, paths }];
}

/** The commits above `base`, oldest first. */
async function above(files: LedgerFiles, rows: readonly LedgerCommitRow[], base: Oid | undefined): Promise<Foreign> {
  const end = rows.findIndex(({ own, oid }) => own || oid === base);
  const commits = (end === -1 ? rows : rows.slice(0, end)).toReversed();
  const told = commits.map(({ oid, author, at }) => ({ commit: oid, author, at }));
  if (base !== undefined && told.length <= maxSteps && isLine(commits, base)) {
    let before = base;
    const foreign = [];
    for (const commit of told) {
      foreign.push({ ...commit, paths: await differences(files, before, commit.commit) });
      before = commit.commit;
    }
    return foreign;
  }
  // A merge, or too many: the newest answers for all of them.
  const newest = told.at(-1);
  if (newest === undefined) return [];
  const paths = await differences(files, base, newest.commit);
  return told.map((commit) => ({ ...commit, paths: commit === newest ? paths : [] }));
}

function isLine(commits: readonly LedgerCommitRow[], base: Oid): boolean {
  return commits.every(({ parents }, index) => {
    return parents.length === 1 && parents[0] === (index === 0 ? base : commits[index - 1]?.oid);
  });
}

/** By whole trees: GitHub's own comparison names 300 files at most, and may be led past one by 300 others. */
async function differences(files: LedgerFiles, from: Oid | undefined, to: Oid): Promise<readonly string[]> {
  const before = from === undefined ? new Map<string, Oid>() : await entriesIfThere(files, from);
  const after = await files.entries(to);
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

/** A commit that was forced away may be collected: then everything counts as changed. */
async function entriesIfThere(files: LedgerFiles, oid: Oid): Promise<LedgerEntries> {
  try {
    return await files.entries(oid);
  } catch (error) {
    if (error instanceof CoppiceError && error.code === "forge-not-found") return new Map();
    throw error;
  }
}
