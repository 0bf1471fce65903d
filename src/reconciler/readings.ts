import type { HeldLease } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { PlanView } from "../ports/forge/plan-views.ts";
import { Remembered } from "./remembered.ts";

/** A plan's view, and the branches it was asked with: each with the lease commit of its task then. */
export interface SeenView extends PlanView {
  readonly branches: ReadonlyMap<string, Oid | undefined>;
}

/** The plan comment as it was read or written; undefined when it was gone. */
export type SeenComment = { readonly id: number; readonly body: string } | undefined;

/** How long the forge may show an old state after a write, milliseconds: what was read sooner is read again then. */
export const staleMilliseconds = 3_000;

/** What was last read of the forge and of git, and is read again only with a reason (docs/decisions/0003). */
export class Readings {
  readonly leases: Remembered<ReadonlyMap<number, HeldLease>>;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #views = new Map<number, Remembered<SeenView>>();
  readonly #comments = new Map<number, Remembered<SeenComment>>();

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

  /** We changed what the view shows: it is read again, and once more when the forge shows the change for certain. */
  moved(plan: number): void {
    this.view(plan).doubt();
    this.view(plan).doubtAt(this.#clock.monotonic() + staleMilliseconds);
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
  }
}

function entry<Value>(map: Map<number, Value>, key: number, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
