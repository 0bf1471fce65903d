import type { Tally } from "../queue/spending.ts";
import type { Oid } from "../repository.ts";
import type { Failure } from "../run/run.ts";
import type { TaskKey } from "../task/task.ts";

export const leasePhases = ["free", "claimed", "running", "published"] as const;
export type LeasePhase = (typeof leasePhases)[number];

/** Who may publish a task's work. It is the message of the commit at `refs/coppice/leases/<issue>`. */
export interface Lease {
  readonly version: 1;
  readonly plan: number;
  readonly task: TaskKey;
  /** The task's issue number: the lease's identity. */
  readonly issue: number;
  readonly phase: LeasePhase;
  /** `<worker>/<run>`; of the last holder when free. */
  readonly holder: string;
  /** The fencing number: +1 at each claim, never reset while the task lives. */
  readonly epoch: number;
  /** Random per lease commit: two claimers never push the same commit. */
  readonly nonce: string;
  /** The lease's length in seconds. */
  readonly seconds: number;
  /** The work branch, once known. */
  readonly branch: string;
  /** The branch's head last pushed under this task's leases; absent when never pushed. */
  readonly head?: Oid;
  /** The commit the work started from. */
  readonly base?: Oid;
  /** The `/retry` that this claim, or one before it, took up: failures after it count again. */
  readonly retried?: {
    /** As the record of the plan says when. */
    readonly at: string;
    /** The branch's head then: a pull request of that work does not stand in the way of new work. */
    readonly head?: Oid;
  };
  /** The `/resume` of the plan that this claim, or one before it, knew of, as the record says when: failures after it count towards the circuit breaker. */
  readonly resumed?: string;
  /** When the hub offered this epoch: ISO 8601, the hub's clock. What the holder does is dated from it, whatever its own clock says. */
  readonly offeredAt?: string;
  /** Failed attempts so far, oldest first, the last 10 kept. */
  readonly failures: readonly Failure[];
  /** What those before them cost. */
  readonly earlier?: Tally;
}

/** A lease and the commit that says so: the commit id is the compare-and-swap token. */
export interface HeldLease {
  readonly oid: Oid;
  readonly lease: Lease;
}

/** The ref of a task's lease. */
export function leaseRef(issue: number): string {
  return `refs/coppice/leases/${issue}`;
}

/** Where a head is saved before its branch is rewritten or deleted. */
export function trashRef(issue: number, epoch: number): string {
  return `refs/coppice/trash/${issue}-${epoch}`;
}

/** A trash ref that names the commit it saves: saving twice is harmless, saving another commit takes nothing away. */
export function savedRef(issue: number, epoch: number, head: Oid): string {
  return `${trashRef(issue, epoch)}-${head.slice(0, 12)}`;
}

/** The work branch: ids first, then a slug of at most 40 characters from [a-z0-9-]. */
export function branchName(issue: number, title: string): string {
  const slug = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  return slug === "" ? `coppice/${issue}` : `coppice/${issue}-${slug}`;
}

/** Whether a branch of that name can be the issue's work branch, whatever its title was at the time. */
export function isWorkBranch(branch: string, issue: number): boolean {
  return issueOfBranch(branch) === issue;
}

/** The issue whose work branch it can be; undefined for every other branch. */
export function issueOfBranch(branch: string): number | undefined {
  const [, number] = /^coppice\/([1-9]\d{0,14})(?:-[a-z0-9-]{1,40})?$/.exec(branch) ?? [];
  return number === undefined ? undefined : Number(number);
}
