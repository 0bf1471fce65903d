import { branchName, type Lease } from "../lease/lease.ts";
import type { Failure, FailureKind } from "../run/run.ts";
import type { Policy } from "./policy.ts";
import type { LeaseView, PullView, TaskSnapshot } from "./snapshot.ts";

/** Added to a lease's length before it counts as abandoned: a renewal may be on its way. */
export const takeoverMarginMilliseconds = 60_000;

/** The pause after the first failure; each further one is three times as long. */
const firstPauseMilliseconds = 5_000;
const longestPauseMilliseconds = 15 * 60_000;

/** Minutes to rest after the first, second … failure of such a kind in a row; the last one from then on. Trying sooner meets the same. */
const longPauses: Readonly<Partial<Record<FailureKind, readonly number[]>>> = {
  quota: [5, 15, 60],
  internal: [1, 5, 15],
};

/** As many as a lease keeps. */
const failuresKept = 10;

/** The lease says somebody works on it, and nobody does: the holder is gone, or it has not moved for its length and a margin. */
export function isAbandoned({ lease, run }: Pick<TaskSnapshot, "lease" | "run">): boolean {
  if (lease === undefined || run !== undefined || !isWorking(lease)) return false;
  return lease.holderGone || lease.unchangedFor >= lease.lease.seconds * 1_000 + takeoverMarginMilliseconds;
}

/** Somebody holds the task: it must not be offered. */
export function isHeld(task: Pick<TaskSnapshot, "lease" | "run">): boolean {
  const { lease } = task;
  if (lease === undefined) return false;
  return lease.lease.phase === "published" || (isWorking(lease) && !isAbandoned(task));
}

/** Every failure so far, those included that no lease says yet: an abandoned lease, a conflict of the work's newest head. */
export function failuresOf(task: TaskSnapshot, now: number): readonly Failure[] {
  const recorded = task.lease?.lease.failures ?? [];
  const found = [abandonment(task, now), conflict(task, now)].filter((failure) => failure !== undefined);
  return [...recorded, ...found].slice(-failuresKept);
}

/** What came from outside: stopped, its worker lost, others merged into the same lines while it ran, a provider's or our own trouble. */
const blameless: ReadonlySet<FailureKind> = new Set(["stopped", "worker-lost", "conflict", "quota", "internal"]);

/** The failures that count against the policy's attempts: the task's own. */
export function attemptsUsed(failures: readonly Failure[]): number {
  return failures.filter(({ kind }) => !blameless.has(kind)).length;
}

/** It is not tried again. A task that loses ten workers may well be what ends them; ten conflicts are for a person to look at. */
export function isExhausted(failures: readonly Failure[], policy: Pick<Policy, "attempts">): boolean {
  const counted = failures.filter(({ kind }) => kind !== "stopped");
  return attemptsUsed(failures) >= policy.attempts || counted.length >= failuresKept;
}

/**
 * Milliseconds still to wait after the last recorded failure. Its time is another machine's wall clock, so the time the
 * lease has been seen unchanged ends the pause as well.
 */
export function backOffLeft({ lease }: Pick<TaskSnapshot, "lease">, now: number): number {
  const last = lease?.lease.failures.at(-1);
  if (lease === undefined || last === undefined || lease.lease.phase !== "free") return 0;
  // The work itself did not fail: another worker, or the same one after its restart, goes on at once.
  if (last.kind === "conflict" || last.kind === "worker-lost") return 0;
  const gone = Math.max(lease.unchangedFor, now - Date.parse(last.at) || 0);
  return Math.max(0, restAfter(lease.lease.failures) - gone);
}

/** A kind with pauses of its own is counted alone, as often as it came in a row. */
function restAfter(failures: readonly Failure[]): number {
  const kind = failures.at(-1)?.kind;
  const pauses = kind === undefined ? undefined : longPauses[kind];
  if (pauses === undefined) return pauseAfter(failures.length);
  const inARow = failures.length - 1 - failures.findLastIndex((failure) => failure.kind !== kind);
  return (pauses[Math.min(inARow, pauses.length) - 1] ?? 0) * 60_000;
}

/** How long a task rests after that many failures, milliseconds: 5 s, 15 s, 45 s … at most 15 min. */
export function pauseAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 3 ** (failures - 1));
}

export interface Claim {
  readonly plan: number;
  readonly task: TaskSnapshot;
  readonly issue: number;
  readonly holder: string;
  readonly nonce: string;
  readonly policy: Pick<Policy, "leaseSeconds">;
  readonly now: number;
}

/** The lease an offer asks the worker to claim: the next epoch, with every failure so far. */
export function nextLease({ plan, task, issue, holder, nonce, policy, now }: Claim): Lease {
  const old = task.lease?.lease;
  return {
    version: 1,
    plan,
    task: task.task.key,
    issue,
    phase: "claimed",
    holder,
    epoch: (old?.epoch ?? 0) + 1,
    nonce,
    seconds: policy.leaseSeconds,
    branch: workBranch(task, issue),
    ...(old?.head === undefined ? {} : { head: old.head }),
    failures: failuresOf(task, now),
  };
}

/** The task's work branch: as its lease says, else as a first claim would name it. */
export function workBranch({ lease, task }: Pick<TaskSnapshot, "lease" | "task">, issue: number): string {
  const said = lease?.lease.branch;
  return said === undefined || said === "" ? branchName(issue, task.title) : said;
}

function isWorking({ lease }: LeaseView): boolean {
  return lease.phase === "claimed" || lease.phase === "running";
}

function abandonment(task: TaskSnapshot, now: number): Failure | undefined {
  if (!isAbandoned(task)) return undefined;
  const holder = task.lease?.lease.holder ?? "";
  return { kind: "worker-lost", message: `${holder} went away`, at: new Date(now).toISOString() };
}

/** Its open pull request was worked on again: what the newest attempt says, nobody said when it was opened. */
export function isRework({ pull, lease }: TaskSnapshot): boolean {
  if (pull === undefined) return false;
  return lease?.lease.failures.some(({ message }) => message.startsWith(conflictOf(pull))) ?? false;
}

function conflictOf({ number }: Pick<PullView, "number">): string {
  return `pull request #${number} conflicts at `;
}

/** One conflict per head: the head's id in the message tells whether this one was counted already. */
function conflict({ pull, lease }: TaskSnapshot, now: number): Failure | undefined {
  if (pull?.state !== "open" || pull.mergeable !== "conflict") return undefined;
  const message = `${conflictOf(pull)}${pull.head.slice(0, 12)}`;
  const counted = lease?.lease.failures.some((failure) => failure.kind === "conflict" && failure.message === message);
  return counted ? undefined : { kind: "conflict", message, at: new Date(now).toISOString() };
}
