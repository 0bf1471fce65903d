import type { PlanState } from "../core/plan/plan.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { isWorthALook, settledMark } from "./settled.ts";

/** What was due at a look, as text to compare. */
export interface Due {
  readonly acts: string;
  readonly shown: string;
}

/** The latest look at each plan, and what was due then. */
export class Looks {
  readonly #snapshots = new Map<number, Snapshot>();
  readonly #due = new Map<number, Due>();
  /** Plans whose last look did not get as far as a snapshot. */
  readonly #unseen = new Set<number>();
  /** Plans that are not approved, as they were when nothing was left to do. */
  readonly #settled = new Map<number, string>();

  begin(plan: number): void {
    this.#unseen.add(plan);
  }

  seen(plan: number, snapshot: Snapshot): void {
    this.#snapshots.set(plan, snapshot);
    this.#unseen.delete(plan);
  }

  /** Says whether the very same was due at the look before. */
  isRepeated(plan: number, { acts, shown }: Due): boolean {
    const last = this.#due.get(plan);
    this.#due.set(plan, { acts, shown });
    return acts === last?.acts && shown === last.shown;
  }

  lastActs(plan: number): string {
    return this.#due.get(plan)?.acts ?? "";
  }

  /** Nothing was left to do. */
  settle({ state }: Snapshot): void {
    this.#settled.set(state.record.issue, settledMark(state));
  }

  isWorthOne(state: PlanState, now: number): boolean {
    return isWorthALook(state, this.#settled.get(state.record.issue), now);
  }

  /** It failed: what was due says nothing about the next. */
  failed(plan: number): void {
    this.#due.delete(plan);
  }

  forget(plan: number): void {
    for (const table of [this.#snapshots, this.#due, this.#settled, this.#unseen]) table.delete(plan);
  }

  isUnseen(plan: number): boolean {
    return this.#unseen.has(plan);
  }

  /** The latest look at a plan, or at the plan of a task's issue or pull request. */
  at(number: number): Snapshot | undefined {
    return this.#snapshots.get(this.planOf(number));
  }

  approved(): readonly Snapshot[] {
    return [...this.#snapshots.values()].filter(({ state }) => state.record.status.kind === "approved");
  }

  /** The plan an issue (a phase parent too) or pull request belongs to; a number nobody knows may be a plan itself. */
  planOf(number: number): number {
    return this.planWith(number) ?? number;
  }

  /** The same; undefined for a number nobody knows. */
  planWith(number: number): number | undefined {
    if (this.#snapshots.has(number)) return number;
    for (const [plan, { tasks, phases = [] }] of this.#snapshots) {
      if (tasks.some(({ issue, pull }) => issue?.number === number || pull?.number === number)) return plan;
      if (phases.some((phase) => phase.number === number)) return plan;
    }
    return undefined;
  }
}
