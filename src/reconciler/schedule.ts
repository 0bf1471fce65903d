import type { Clock } from "../ports/clock.ts";

/** When each plan is to be looked at next; wakes close together are one. Times are monotonic milliseconds. */
export class Schedule {
  readonly #clock: Pick<Clock, "monotonic" | "sleep">;
  readonly #due = new Map<number, number>();
  /** Ends the waiting under way; none: nobody waits. */
  #waiting: AbortController | undefined;

  constructor(clock: Pick<Clock, "monotonic" | "sleep">) {
    this.#clock = clock;
  }

  /** The plan is due in `milliseconds`, or sooner if it was due sooner. */
  add(plan: number, milliseconds: number): void {
    const at = this.#clock.monotonic() + milliseconds;
    if ((this.#due.get(plan) ?? Number.POSITIVE_INFINITY) <= at) return;
    this.#due.set(plan, at);
    this.interrupt();
  }

  /** Ends the waiting, if there is any, so that the waiter looks again at everything. */
  interrupt(): void {
    this.#waiting?.abort();
  }

  /** Due within that many milliseconds: what is known of it is about to be old. */
  isDueWithin(plan: number, milliseconds: number): boolean {
    return (this.#due.get(plan) ?? Number.POSITIVE_INFINITY) <= this.#clock.monotonic() + milliseconds;
  }

  /** Any plan is due at that time at the latest. */
  isAnyDueBy(time: number): boolean {
    return [...this.#due.values()].some((at) => at <= time);
  }

  /** The plans due now, which are then due no more. */
  take(): readonly number[] {
    const now = this.#clock.monotonic();
    const plans = [...this.#due].filter(([, at]) => at <= now).map(([plan]) => plan);
    for (const plan of plans) this.#due.delete(plan);
    return plans;
  }

  /** Resolves when a plan is due, at `latest` at the latest, or when the signal ends the waiting. */
  async wait(latest: number, signal: AbortSignal): Promise<void> {
    const next = Math.min(latest, ...this.#due.values()) - this.#clock.monotonic();
    if (next <= 0 || signal.aborted) return;
    const waiting = new AbortController();
    // Not AbortSignal.any: each one it makes leaves something behind at the other signal, which lives as long as the hub.
    const end = () => waiting.abort();
    signal.addEventListener("abort", end, { once: true });
    this.#waiting = waiting;
    await this.#clock.sleep(next, waiting.signal).catch(() => undefined);
    this.#waiting = undefined;
    signal.removeEventListener("abort", end);
  }
}
