import { branchName, type Lease } from "../lease/lease.ts";
import type { Silence } from "../lease/steps.ts";
import {
  claim,
  failuresKept,
  isAbandoned as isLeaseAbandoned,
  isWorkedOn,
  keptFailures,
  lossOf,
  release,
  takeOver,
  takeoverMargin,
} from "../lease/steps.ts";
import type { Failure, FailureKind } from "../run/run.ts";
import type { Policy } from "./policy.ts";
import type { LeaseView, PullView, TaskSnapshot } from "./snapshot.ts";

/** Added to a lease's length before it counts as abandoned: a renewal may be on its way. */
export const takeoverMarginMilliseconds = takeoverMargin;

/** The pause after the first failure; each further one is three times as long. */
const firstPauseMilliseconds = 5_000;
const longestPauseMilliseconds = 15 * 60_000;

/** Minutes to rest after the first, second … failure of such a kind in a row; the last one from then on. Trying sooner meets the same. */
const longPauses: Readonly<Partial<Record<FailureKind, readonly number[]>>> = {
  quota: [5, 15, 60],
  internal: [1, 5, 15],
};

/** The lease says somebody works on it, and nobody does: the holder is gone, or it has not moved for its length and a margin. */
export function isAbandoned({ lease, run }: Pick<TaskSnapshot, "lease" | "run">): boolean {
  return lease !== undefined && run === undefined && isLeaseAbandoned(lease.lease, silenceOf(lease));
}

function silenceOf({ holderGone, unchangedFor }: LeaseView): Silence {
  return { isGone: holderGone, unchangedFor };
}

/** Somebody holds the task: it must not be offered. */
export function isHeld(task: Pick<TaskSnapshot, "lease" | "run">): boolean {
  const { lease } = task;
  if (lease === undefined) return false;
  return lease.lease.phase === "published" || (isWorkedOn(lease.lease) && !isAbandoned(task));
}

/** Every failure so far, those included that no lease says yet: an abandoned lease, a conflict of the work's newest head. */
export function failuresOf(task: TaskSnapshot, now: number): readonly Failure[] {
  return allFailures(task, now).slice(-failuresKept);
}

function allFailures(task: TaskSnapshot, now: number): readonly Failure[] {
  const recorded = task.lease?.lease.failures ?? [];
  const found = [abandonment(task, now), conflict(task, now)].filter((failure) => failure !== undefined);
  return [...recorded, ...found];
}

/** What came from outside: stopped, its worker lost, others merged into the same lines while it ran, a provider's or our own trouble. */
const blameless: ReadonlySet<FailureKind> = new Set(["stopped", "worker-lost", "conflict", "quota", "internal"]);

/**
 * The failures that count: those since the person's last `/retry`, whose time in the record is `retried`. Until a claim has
 * taken that up nothing counts; no clock is compared, because a worker's may be a day off.
 */
export function countedFailures(task: TaskSnapshot, now: number, retried?: string): readonly Failure[] {
  return isBegunAnew(task, retried) ? [] : failuresOf(task, now).filter(({ forgiven }) => !forgiven);
}

/** A person wants the attempts to begin anew, and none has begun since. */
export function isBegunAnew({ lease }: Pick<TaskSnapshot, "lease">, retried: string | undefined): boolean {
  return retried !== undefined && retried !== lease?.lease.retried?.at;
}

/** Its pull request was closed before a person had the task tried anew: new work makes another one. */
export function isLaidAside(
  { lease, pull }: Pick<TaskSnapshot, "lease" | "pull">,
  retried: string | undefined,
): boolean {
  if (pull?.state !== "closed" || retried === undefined) return false;
  return isBegunAnew({ lease }, retried) || lease?.lease.retried?.head === pull.head;
}

/** Milliseconds since a failure, at least: by its own time, which is another machine's, or as long as its lease has been seen unchanged. */
export function failureAge(
  { at }: Pick<Failure, "at">,
  lease: Pick<LeaseView, "unchangedFor"> | undefined,
  now: number,
): number {
  return timeAge(at, now, lease);
}

/** The same of any moment (ISO 8601) that the lease is at least as new as. */
export function timeAge(at: string, now: number, lease?: Pick<LeaseView, "unchangedFor">): number {
  return Math.max(0, now - Date.parse(at) || 0, lease?.unchangedFor ?? 0);
}

/** The failures that count against the policy's attempts: the task's own. */
export function attemptsUsed(failures: readonly Failure[]): number {
  return failures.filter(({ kind }) => !blameless.has(kind)).length;
}

/** It is not tried again. A task that loses ten workers may well be what ends them; ten conflicts are for a person to look at. */
export function isExhausted(failures: readonly Failure[], policy: Pick<Policy, "attempts">): boolean {
  const counted = failures.filter(({ kind }) => kind !== "stopped");
  return attemptsUsed(failures) >= policy.attempts || counted.length >= failuresKept;
}

/** Milliseconds still to wait after the last recorded failure that counts. */
export function backOffLeft({ lease }: Pick<TaskSnapshot, "lease">, now: number, retried?: string): number {
  if (lease === undefined || lease.lease.phase !== "free" || isBegunAnew({ lease }, retried)) return 0;
  const failures = lease.lease.failures.filter(({ forgiven }) => !forgiven);
  const last = failures.at(-1);
  if (last === undefined || goesOnAtOnce(last)) return 0;
  return Math.max(0, restAfter(failures) - failureAge(last, lease, now));
}

/** The work itself did not fail: another worker or agent, or the same worker after its restart, goes on. A spent quota parks the agent. */
function goesOnAtOnce({ kind, agent }: Failure): boolean {
  return kind === "conflict" || kind === "worker-lost" || (kind === "quota" && agent !== undefined);
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
  /** When a person last had the task tried anew, as the record says. */
  readonly retried?: string | undefined;
  /** The same of the plan's last `/resume`. */
  readonly resumed?: string | undefined;
}

/** The lease an offer asks the worker to claim: the next epoch, with every failure so far. */
export function nextLease({ plan, task, issue, holder, nonce, policy, now, retried, resumed }: Claim): Lease {
  const old = task.lease?.lease;
  const isAnew = isBegunAnew(task, retried);
  const isNews = resumed !== undefined && resumed !== old?.resumed;
  const marks = { ...(isAnew ? { forgiven: true as const } : {}), ...(isNews ? { resumed: true as const } : {}) };
  const failures = allFailures(task, now).map((failure) => ({ ...failure, ...marks }));
  const wanted: Lease = {
    ...{ version: 1, plan, task: task.task.key, issue, phase: "claimed", holder, epoch: 1, nonce },
    ...{ seconds: policy.leaseSeconds, branch: workBranch(task, issue), failures: [] },
    offeredAt: new Date(now).toISOString(),
  };
  return {
    ...taken(task, wanted, now),
    epoch: epochOf(task) + 1,
    branch: wanted.branch,
    ...retriedOf({ old, isAnew, retried }),
    ...(isNews ? { resumed } : {}),
    ...keptFailures(old ?? {}, failures),
  };
}

/** What is published is claimed again only for more work on it, when its results are in the ledger. */
function taken({ lease }: Pick<TaskSnapshot, "lease">, wanted: Lease, now: number): Lease {
  const next =
    lease !== undefined && isWorkedOn(lease.lease)
      ? takeOver(lease.lease, wanted, { seen: silenceOf(lease), now })
      : claim(lease && release(lease.lease), wanted);
  return next ?? claim(lease && release(lease.lease), wanted) ?? wanted;
}

/** The fencing number that a claim goes on from; a task that was closed and opened again does not begin anew with it. */
function epochOf({ lease, earlierEpoch = 0 }: Pick<TaskSnapshot, "lease" | "earlierEpoch">): number {
  return lease?.lease.epoch ?? earlierEpoch;
}

function retriedOf({
  old,
  isAnew,
  retried,
}: {
  old: Lease | undefined;
  isAnew: boolean;
  retried: string | undefined;
}): Pick<Lease, "retried"> {
  if (!isAnew || retried === undefined) return old?.retried === undefined ? {} : { retried: old.retried };
  return { retried: { at: retried, ...(old?.head === undefined ? {} : { head: old.head }) } };
}

/** The epoch of the run that is there, of the next claim when it has not claimed yet; 0: nothing of the task was ever begun. */
export function newestEpoch(task: Pick<TaskSnapshot, "lease" | "run" | "earlierEpoch">): number {
  const { lease, run } = task;
  const epoch = epochOf(task);
  const hasClaimed = run === undefined || lease?.lease.holder === `${run.worker}/${run.run}`;
  return hasClaimed ? epoch : epoch + 1;
}

/** The task's work branch: as its lease says, else as a first claim would name it. */
export function workBranch({ lease, task }: Pick<TaskSnapshot, "lease" | "task">, issue: number): string {
  const said = lease?.lease.branch;
  return said === undefined || said === "" ? branchName(issue, task.title) : said;
}

function abandonment(task: TaskSnapshot, now: number): Failure | undefined {
  return task.lease !== undefined && isAbandoned(task) ? lossOf(task.lease.lease, now) : undefined;
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
