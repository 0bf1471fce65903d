import { randomUUID } from "node:crypto";
import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { Oid } from "../core/repository.ts";
import type { Ledger, LedgerCommit, LedgerHead } from "../ports/forge/ledger.ts";
import { ledgerBranch } from "../wire/ledger-paths.ts";
import type { GraphqlError } from "./client.ts";
import { graphqlFailure, parseAnswer } from "./client.ts";
import type { ForeignCommits } from "./foreign-commits.ts";
import { openForeignCommits } from "./foreign-commits.ts";
import { ensureLedger } from "./ledger-branch.ts";
import type { LedgerFiles } from "./ledger-files.ts";
import { openLedgerFiles } from "./ledger-files.ts";
import { formatNonce, hasNonce } from "./ledger-message.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

/** Commits looked through for a lost one. */
const lookBack = 30;
/** Times a commit without an answer is sent; only one of them can ever take effect. */
const tries = 4;

/** Waits before a head that does not descend from the last one is believed: a stale read looks like a rewritten branch. Milliseconds. */
const doubtful = [500, 1_500];

type LedgerChange = Parameters<Ledger["commit"]>[0];

const ref = z.object({ object: z.object({ sha: z.string() }) });
const committed = z.object({ commit: z.object({ oid: z.string() }) });
const history = z.array(z.object({ sha: z.string(), commit: z.object({ message: z.string() }) }));

/** The ledger of one repository, through the API alone (docs/decisions/0002). */
export function openLedger(scope: Scope): Ledger {
  const files = openLedgerFiles(scope);
  const foreign = openForeignCommits(scope, files);
  const known = { files, foreign };
  return {
    read: () => look(scope, known, async () => (await findHead(scope)) ?? makeHead(scope, foreign)),
    async find() {
      const found = await findHead(scope);
      return found === undefined ? undefined : look(scope, known, async () => (await findHead(scope)) ?? found);
    },
    commit: (change) => commit(scope, known, change),
  };
}

interface Known {
  readonly files: LedgerFiles;
  readonly foreign: ForeignCommits;
}

async function look(scope: Scope, known: Known, headNow: () => Promise<Oid>): Promise<LedgerHead> {
  const { files } = known;
  for (let looks = 0; ; looks++) {
    const oid = await headNow();
    const { foreign, rewritten } = await known.foreign.upTo(oid);
    const wait = doubtful[looks];
    if (!rewritten || wait === undefined) return files.head(oid, foreign);
    await scope.clock.sleep(wait, scope.signal);
  }
}

async function findHead(scope: Scope): Promise<Oid | undefined> {
  const route = "GET /repos/{owner}/{repo}/git/ref/{ref}";
  const parameters = { ...restName(scope), ref: `heads/${ledgerBranch}` };
  return (await scope.client.find({ route, parameters }, ref))?.object.sha;
}

async function makeHead(scope: Scope, commits: ForeignCommits): Promise<Oid> {
  const { oid, own } = await ensureLedger(scope, ledgerBranch, commits.vouched());
  if (own) commits.vouch(oid);
  return oid;
}

async function commit(scope: Scope, { files, foreign }: Known, change: LedgerChange): Promise<LedgerCommit> {
  const before = await files.entries(change.expected);
  // GitHub refuses to delete what is not there.
  const effective = change.files.filter(({ path, text }) => text !== null || before.has(path));
  const nonce = randomUUID();
  const oid = await append(scope, { ...change, files: effective }, nonce);
  if (oid === undefined) return { kind: "moved" };
  const after = new Map(before);
  for (const { path, text } of effective) {
    if (text === null) after.delete(path);
    else after.set(path, files.remember(text));
  }
  files.learn(oid, after);
  foreign.vouch(oid);
  return { kind: "committed", head: await files.head(oid, []) };
}

/** The new commit, or undefined when somebody else was first. */
async function append(scope: Scope, change: LedgerChange, nonce: string): Promise<Oid | undefined> {
  let unanswered = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await send(scope, change, nonce);
      if (answer.kind === "committed") return answer.oid;
      // Ours may be the commit that made the branch move: its answer was lost.
      return unanswered ? await findLost(scope, nonce) : undefined;
    } catch (error) {
      const unavailable = error instanceof CoppiceError && error.code === "forge-unavailable";
      if (!unavailable || attempt === tries) throw error;
      unanswered = true;
      await scope.clock.sleep(500 * 2 ** (attempt - 1), scope.signal);
    }
  }
}

async function send(
  scope: Scope,
  { expected, files, message }: LedgerChange,
  nonce: string,
): Promise<{ kind: "committed"; oid: Oid } | { kind: "moved" }> {
  const input = {
    branch: { repositoryNameWithOwner: `${scope.repository.owner}/${scope.repository.name}`, branchName: ledgerBranch },
    expectedHeadOid: expected,
    message: { headline: message, body: formatNonce(nonce) },
    fileChanges: {
      additions: files.flatMap(({ path, text }) =>
        text === null ? [] : [{ path, contents: Buffer.from(text).toString("base64") }],
      ),
      deletions: files.flatMap(({ path, text }) => (text === null ? [{ path }] : [])),
    },
  };
  const part = { document: "commit-on-branch", variables: { input } } as const;
  const written = await scope.writes.perform({ part, priority: "people" });
  if (written.kind === "refused") {
    if (isStale(written.error)) return { kind: "moved" };
    throw graphqlFailure("committing to the ledger", written.error);
  }
  const { commit } = parseAnswer("committing to the ledger", written.data, committed);
  return { kind: "committed", oid: commit.oid };
}

/** STALE_DATA: the head is another; NOT_FOUND: the branch is gone, and reading again makes it anew. */
function isStale({ type }: GraphqlError): boolean {
  return type === "STALE_DATA" || type === "NOT_FOUND";
}

async function findLost(scope: Scope, nonce: string): Promise<Oid | undefined> {
  const route = "GET /repos/{owner}/{repo}/commits";
  const parameters = { ...restName(scope), sha: ledgerBranch, per_page: lookBack };
  const commits = await scope.client.rest({ route, parameters }, history);
  return commits.find(({ commit }) => hasNonce(commit.message, nonce))?.sha;
}
