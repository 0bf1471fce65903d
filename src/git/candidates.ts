import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HeldLease } from "../core/lease/lease.ts";
import { candidateRef, inSpace } from "../core/lease/spaces.ts";
import type { Oid } from "../core/repository.ts";
import type { LeaseAnswer } from "../ports/leases.ts";
import type { EarlierWork, WorkspaceRequest } from "../ports/workspaces.ts";
import { fetchLease, writeLease } from "./lease-commits.ts";
import type { Mirror } from "./mirror.ts";
import type { Publisher } from "./publish.ts";
import { pushAndRead } from "./swap.ts";

/** What all candidates of a task, or of every task, begin with, in either space. */
export function candidatePrefixes(issue?: number): readonly string[] {
  const name = `refs/coppice/candidates/${issue === undefined ? "" : `${issue}-`}`;
  return [name, inSpace(name, "branches")];
}

export interface Candidate {
  readonly ref: string;
  readonly issue: number;
  readonly epoch: number;
  readonly head: Oid;
}

/** Those among these refs that are candidates. */
export function candidatesAmong(refs: Iterable<readonly [string, Oid]>): readonly Candidate[] {
  return [...refs].flatMap(([ref, head]) => {
    const [, issue, epoch] = /^refs\/(?:coppice\/|heads\/coppice-)candidates\/(\d+)-(\d+)$/.exec(ref) ?? [];
    return issue === undefined ? [] : [{ ref, head, issue: Number(issue), epoch: Number(epoch) }];
  });
}

/** Moves candidate and lease in one atomic push. `last`: the candidate's head as this process left it. */
export async function pushCandidate(
  publisher: Publisher,
  held: HeldLease,
  { commit, last }: { commit: Oid; last: Oid | undefined },
): Promise<{ answer: LeaseAnswer | undefined; head: Oid | undefined }> {
  const { names } = publisher.mirror;
  const { issue, epoch } = held.lease;
  const [ref, leaseRef] = [names.made(candidateRef(issue, epoch)), names.lease(issue)];
  const mine = await writeLease(publisher.mirror, held.lease);
  const moves = [
    { ref: leaseRef, expected: held.oid, to: mine.oid },
    { ref, expected: last, to: commit },
  ];
  const { values } = await pushAndRead(publisher, moves, { atomic: true });
  const now = values.get(leaseRef);
  const head = values.get(ref);
  if (now === mine.oid) return { answer: { kind: "held", held: mine }, head };
  if (now === held.oid) return { answer: undefined, head };
  const current = now === undefined ? undefined : await fetchLease(publisher, leaseRef, now);
  return { answer: current === undefined ? { kind: "lost" } : { kind: "lost", current }, head };
}

/** Where the agent finds it, in its worktree. */
const patchPath = ".coppice/context/earlier-work.patch";

/** Larger ones are of no use to whoever reads them. */
const largestPatch = 1024 * 1024;

/** Writes the newest candidate of the task's earlier attempts as a patch into the worktree; its refs are here already. */
export async function writeEarlierWork(
  mirror: Mirror,
  worktree: string,
  task: NonNullable<WorkspaceRequest["task"]>,
): Promise<EarlierWork | undefined> {
  const { stdout } = await mirror.git([
    "for-each-ref",
    "--format=%(refname) %(objectname)",
    ...candidatePrefixes().map((prefix) => prefix.slice(0, -1)),
  ]);
  const refs = stdout.toString().split("\n").filter(Boolean);
  const candidates = candidatesAmong(refs.map((line) => [line.slice(0, -41), line.slice(-40)] as const));
  const earlier = candidates.filter(({ issue, epoch }) => issue === task.issue && epoch < task.epoch);
  const newest = earlier.sort((left, right) => right.epoch - left.epoch)[0];
  if (newest === undefined) return undefined;
  const patch = await patchOf(mirror, newest.head);
  if (patch === undefined) return undefined;
  const file = join(worktree, patchPath);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, patch);
  return { epoch: newest.epoch, path: patchPath };
}

/** Whoever may push may have put anything at the ref: a commit without a parent, no commit at all. It must not stop a run. */
async function patchOf(mirror: Mirror, head: Oid): Promise<Buffer | undefined> {
  const args = ["diff-tree", "-r", "-p", "--binary", "--no-ext-diff", "--no-textconv", `${head}^`, head];
  const asked = mirror.git(args, { maxBytes: largestPatch, truncate: true, accept: "any" });
  const { code, stdout } = await asked.catch(() => ({ code: -1, stdout: Buffer.alloc(0) }));
  return code === 0 && stdout.length > 0 ? stdout : undefined;
}
