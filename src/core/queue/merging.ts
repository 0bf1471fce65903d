import type { Oid } from "../repository.ts";
import { isRework } from "./attempts.ts";
import type { Policy } from "./policy.ts";
import type { TaskSnapshot } from "./snapshot.ts";

/** How long a merge the forge refused rests before it is tried again. */
export const mergeRetryMilliseconds = 60_000;

/** What becomes of an open pull request: merged now, later by itself, or by a person. */
export type MergeStep =
  | { readonly kind: "merge"; readonly head: Oid }
  | { readonly kind: "wait"; readonly why: MergeObstacle; readonly line: string }
  | { readonly kind: "person"; readonly why: MergeObstacle; readonly line: string };

export type MergeObstacle = (typeof obstacles)[number]["why"];

type MergePolicy = Pick<Policy, "merge" | "verify" | "checksGraceSeconds">;

/** What keeps a pull request from being merged, whatever it looks like; one line each. */
export interface MergeHolds {
  /** Nothing may be merged in this plan at all. */
  readonly hold?: string | undefined;
  /** Somebody paused this very task. */
  readonly paused?: string | undefined;
}

interface Case extends MergeHolds {
  readonly task: TaskSnapshot;
  readonly policy: MergePolicy;
}

interface Obstacle {
  readonly why: string;
  readonly kind: "wait" | "person";
  readonly applies: (at: Case) => boolean;
  readonly line: (at: Case) => string;
}

/** Green, read from below: none of these applies. The first that does is what people are told. */
const obstacles = [
  { why: "hold", kind: "person", applies: (at) => at.hold !== undefined, line: (at) => at.hold ?? "" },
  { why: "paused", kind: "person", applies: (at) => at.paused !== undefined, line: (at) => at.paused ?? "" },
  {
    why: "attention",
    kind: "person",
    // A pull request that is there already is no draft for what an attempt after it did.
    applies: ({ task }) =>
      task.pull?.draft === true || (isRework(task) && (task.publication?.attention?.length ?? 0) > 0),
    line: ({ task }) => task.publication?.attention?.[0] ?? "it is a draft: a person must look at it first",
  },
  {
    why: "changes-requested",
    kind: "person",
    applies: ({ task }) => task.pull?.changesRequested === true,
    line: () => "changes were requested",
  },
  {
    why: "manual",
    kind: "person",
    applies: ({ policy }) => policy.merge === "manual",
    line: () => "waits for a person to merge it",
  },
  {
    why: "other-head",
    kind: "person",
    applies: ({ task }) => task.publication?.head !== task.pull?.head,
    line: () => "its head is not the commit that was verified, so a person must merge it",
  },
  {
    why: "unverified",
    kind: "person",
    applies: ({ task, policy }) => policy.verify.length > 0 && task.publication?.verification.kind !== "passed",
    line: () => "it was not verified, so a person must merge it",
  },
  {
    why: "nothing-checked",
    kind: "person",
    applies: ({ task }) => task.publication?.verification.kind !== "passed" && task.pull?.checks === "none",
    line: () => "no verify command and no checks say that it works, so a person must merge it",
  },
  {
    why: "check-failed",
    kind: "person",
    applies: ({ task }) => task.pull?.checks === "failed",
    line: () => "a check failed",
  },
  {
    why: "checks-pending",
    kind: "wait",
    applies: ({ task }) => task.pull?.checks === "pending",
    line: () => "checks are running",
  },
  {
    // Whoever checks needs a moment to say so: no check yet is not the same as none.
    why: "checks-unseen",
    kind: "wait",
    applies: ({ task, policy }) => task.pull?.checks === "none" && checksGraceLeft(task, policy) > 0,
    line: () => "no check has begun so far",
  },
  {
    why: "mergeable-unknown",
    kind: "wait",
    applies: ({ task }) => task.pull?.mergeable === "unknown",
    line: () => "the forge is still computing whether it can be merged",
  },
  {
    why: "conflict",
    kind: "wait",
    applies: ({ task }) => task.pull?.mergeable === "conflict",
    line: () => "it conflicts with the default branch",
  },
  {
    why: "refused",
    kind: "wait",
    applies: ({ task }) => (refusal(task)?.ago ?? mergeRetryMilliseconds) < mergeRetryMilliseconds,
    line: ({ task }) => `the forge would not merge it: ${refusal(task)?.reason ?? ""}`,
  },
] as const satisfies readonly Obstacle[];

/** Judges an open pull request. */
export function mergeStep(task: TaskSnapshot, policy: MergePolicy, holds: MergeHolds = {}): MergeStep {
  const at: Case = { task, policy, ...holds };
  const obstacle = obstacles.find(({ applies }) => applies(at));
  if (obstacle !== undefined) return { kind: obstacle.kind, why: obstacle.why, line: obstacle.line(at) };
  return { kind: "merge", head: task.pull?.head ?? "" };
}

/** Milliseconds in which a check may still begin; 0 or less when there are none to wait for. */
export function checksGraceLeft(
  { headSeenFor = 0 }: Pick<TaskSnapshot, "headSeenFor">,
  { checksGraceSeconds }: Pick<Policy, "checksGraceSeconds">,
): number {
  return checksGraceSeconds * 1_000 - headSeenFor;
}

function refusal({ mergeRefused, pull }: TaskSnapshot) {
  return mergeRefused !== undefined && mergeRefused.head === pull?.head ? mergeRefused : undefined;
}
