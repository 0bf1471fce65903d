import type { Clock } from "../ports/clock.ts";
import type { ReconcilerTiming } from "./ports.ts";

/** Failed looks in a row, by plan: each makes the next rest longer, whoever wakes the plan. */
export class Setbacks {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #timing: Pick<ReconcilerTiming, "firstPause" | "longestPause">;
  readonly #plans = new Map<number, { readonly count: number; readonly until: number }>();

  constructor(clock: Pick<Clock, "monotonic">, timing: Pick<ReconcilerTiming, "firstPause" | "longestPause">) {
    this.#clock = clock;
    this.#timing = timing;
  }

  /** One more; gives how many there were in a row and the rest that follows, milliseconds. */
  add(plan: number): { readonly count: number; readonly pause: number } {
    const count = (this.#plans.get(plan)?.count ?? 0) + 1;
    const pause = this.pauseAfter(count);
    this.#plans.set(plan, { count, until: this.#clock.monotonic() + pause });
    return { count, pause };
  }

  clear(plan: number): void {
    this.#plans.delete(plan);
  }

  /** Milliseconds of rest left; 0 or less when there is none. */
  restLeft(plan: number): number {
    return (this.#plans.get(plan)?.until ?? 0) - this.#clock.monotonic();
  }

  pauseAfter(failures: number): number {
    return Math.min(this.#timing.longestPause, this.#timing.firstPause * 2 ** Math.min(failures - 1, 20));
  }
}
