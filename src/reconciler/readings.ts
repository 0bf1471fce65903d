import type { HeldLease } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { PlanView } from "../ports/forge/plan-views.ts";
import { Remembered } from "./remembered.ts";

/** A plan's view, and what it was asked with: phase parents, and branches, each with the lease commit of its task then. */
export interface SeenView extends PlanView {
  readonly parents: readonly number[];
  readonly branches: ReadonlyMap<string, Oid | undefined>;
}

/** The plan comment as it was read or written; undefined when it was gone. */
export type SeenComment = { readonly id: number; readonly body: string } | undefined;

/** When the forge shows an old state, it is asked again after so many milliseconds. */
export const staleMilliseconds = 3_000;

/** What has not shown after so many milliseconds was taken away by somebody. */
const longestLag = 60_000;

/** Openings are remembered for seconds only. */
const mostPulls = 1_000;

/** What was last read of the forge and of git, and is read again only with a reason (docs/decisions/0003). */
export class Readings {
  readonly leases: Remembered<ReadonlyMap<number, HeldLease>>;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #views = new Map<number, Remembered<SeenView>>();
  readonly #comments = new Map<number, Remembered<SeenComment>>();
  readonly #pulls = new Map<number, number>();
  /** By plan: numbers we created, with the monotonic time. */
  readonly #awaited = new Map<number, Map<number, number>>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
    this.leases = new Remembered(clock);
  }

  /** Issues and pull requests of a plan. */
  view(plan: number): Remembered<SeenView> {
    return entry(this.#views, plan, () => new Remembered<SeenView>(this.#clock));
  }

  comment(plan: number): Remembered<SeenComment> {
    return entry(this.#comments, plan, () => new Remembered<SeenComment>(this.#clock));
  }

  /** When the forge showed this pull request last, monotonic milliseconds. */
  pullReadAt(plan: number, pull: number): number {
    return Math.max(this.view(plan).readAt, this.#pulls.get(pull) ?? Number.NEGATIVE_INFINITY);
  }

  /** It was shown just now, by the answer to its opening. */
  notePull(pull: number): void {
    this.#pulls.set(pull, this.#clock.monotonic());
    for (const oldest of this.#pulls.keys()) {
      if (this.#pulls.size <= mostPulls) break;
      this.#pulls.delete(oldest);
    }
  }

  /** We created this issue or pull request: a view without it is older than that. */
  expect(plan: number, number: number): void {
    const awaited = entry(this.#awaited, plan, () => new Map<number, number>());
    awaited.set(number, this.#clock.monotonic());
  }

  /** The view was read, with these issues and pull requests in it; false while something is missing that we just created. */
  isUpToDate(plan: number, numbers: ReadonlySet<number>): boolean {
    const awaited = this.#awaited.get(plan) ?? new Map<number, number>();
    const oldest = this.#clock.monotonic() - longestLag;
    for (const [number, since] of awaited) {
      if (numbers.has(number) || since < oldest) awaited.delete(number);
    }
    if (awaited.size > 0) this.view(plan).doubtAt(this.#clock.monotonic() + staleMilliseconds);
    return awaited.size === 0;
  }

  /** What happened to issues and pull requests is not known. */
  doubtViews(): void {
    for (const view of this.#views.values()) view.doubt();
  }

  doubtComments(): void {
    for (const comment of this.#comments.values()) comment.doubt();
  }

  /** Something failed half-way: nothing of this plan is taken for granted. */
  doubtPlan(plan: number): void {
    this.view(plan).doubt();
    this.comment(plan).doubt();
    this.leases.doubt();
  }

  forget(plan: number): void {
    this.#views.delete(plan);
    this.#comments.delete(plan);
    this.#awaited.delete(plan);
  }
}

function entry<Value>(map: Map<number, Value>, key: number, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
