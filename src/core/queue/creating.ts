import type { Creating, PlanRecord } from "../plan/plan.ts";
import type { TaskKey } from "../task/task.ts";

/** How long another hub's intent keeps others from making the same, on the observer's monotonic clock, milliseconds: then that hub is gone. */
export const intentPatience = 120_000;

export interface Intending {
  /** What is to be made: tasks' keys, phase parents' names, `commentKey` and its like. */
  readonly keys: readonly string[];
  /** Who wants to: a hub keeps its id over its lives, and has another nonce in each. */
  readonly hub: string;
  readonly nonce: string;
  /** ISO 8601, for people to read. */
  readonly at: string;
  /** Milliseconds, on this hub's monotonic clock, that the intent in the record has been seen as it is. */
  readonly unchangedFor: number;
}

export type Intended =
  /** Another hub is at it: look again later. */
  | { readonly kind: "theirs" }
  | {
      readonly kind: "ours";
      /** What the record has to say before anything is made; absent: it says so. */
      readonly creating?: Creating;
      /** What is still to be made, by the record. */
      readonly keys: readonly string[];
      /** Nobody said so before: nobody can have begun to make any of it. */
      readonly first: boolean;
      /** This life of the hub said so before: only it can have begun. */
      readonly again: boolean;
    };

/**
 * Whether this hub may make what nothing shows yet. One hub at a time makes things of a plan: another one's intent about
 * anything that is still missing is waited for, and what it may have made is looked for before it is made again.
 */
export function intend(record: PlanRecord, { hub, nonce, at, unchangedFor, ...wanted }: Intending): Intended {
  const { creating } = record;
  const keys = unknown(record, wanted.keys);
  const begun = creating === undefined ? [] : unknown(record, creating.keys);
  const isTheirs = creating !== undefined && creating.hub !== hub && begun.length > 0;
  if (isTheirs && unchangedFor < intentPatience) return { kind: "theirs" };
  const first = !keys.some((key) => begun.includes(key));
  const isSaid = creating?.hub === hub && keys.every((key) => begun.includes(key));
  if (isSaid) return { kind: "ours", keys, first, again: creating.nonce === nonce };
  return {
    kind: "ours",
    keys,
    first,
    again: false,
    creating: { hub, nonce, at, keys: [...new Set([...begun, ...keys])] },
  };
}

/** The record once these were made, or are known to be there: the rest of the intent stays. */
export function withMade(record: PlanRecord, keys: Iterable<string>): PlanRecord {
  const { creating, ...rest } = record;
  if (creating === undefined) return record;
  const made = new Set(keys);
  const left = unknown(record, creating.keys).filter((key) => !made.has(key));
  if (left.length === creating.keys.length) return record;
  return left.length === 0 ? rest : { ...rest, creating: { ...creating, keys: left } };
}

/** Names the plan comment: one that was taken away is made anew, under another name. */
export function commentKey({ comment }: Pick<PlanRecord, "comment">): string {
  return comment === undefined ? "comment" : `comment instead of ${comment}`;
}

/** Names what is said at the end of a plan. */
export const summaryKey = "summary";

/** Names what is said once of a spent budget. */
export function budgetNoteKey(budget: string): string {
  return `budget ${budget}`;
}

/** Names what is said once of a task whose last attempt failed while nothing else of its plan goes on. */
export function stuckKey({ key, epoch }: { readonly key: TaskKey; readonly epoch: number }): string {
  return `stuck ${key}@${epoch}`;
}

/** The record knows that it was said of this attempt, or of a later one. */
function isToldStuck({ stuckTold = {} }: PlanRecord, name: string): boolean {
  return Object.entries(stuckTold).some(([key, epoch]) => {
    const said = `stuck ${key}@`;
    return epoch !== undefined && name.startsWith(said) && Number(name.slice(said.length)) <= epoch;
  });
}

/** Those of them that the record does not know yet: whoever lost a race to make something reads here that it is over. */
function unknown(record: PlanRecord, keys: readonly string[]): readonly string[] {
  const named = new Set([
    ...Object.keys(record.tasks),
    ...Object.keys(record.phases ?? {}),
    ...Object.values(record.spentTold ?? {}).map(budgetNoteKey),
    ...(record.status.kind === "approved" ? [] : [summaryKey]),
  ]);
  const isOvertaken = (key: string) => /^comment( instead of \d+)?$/.test(key) && key !== commentKey(record);
  return keys.filter((key) => !named.has(key) && !isOvertaken(key) && !isToldStuck(record, key));
}
