import type { Clock } from "../ports/clock.ts";

/** One thing read from outside, kept until it is doubted; a doubt raised while it is being read outlives that reading. */
export class Remembered<Value> {
  readonly #clock: Pick<Clock, "monotonic">;
  #kept: { readonly value: Value } | undefined;
  /** Counts what makes a reading under way too old to be kept. */
  #changes = 0;
  #until = Number.POSITIVE_INFINITY;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** When the last reading began, monotonic milliseconds. */
  get readAt(): number {
    return this.#readAt;
  }

  /** From when on it is doubted anyway, monotonic milliseconds. */
  get until(): number {
    return this.#until;
  }

  /** What is kept, if it says enough; else what `read` gives. */
  async get(read: () => Promise<Value>, isEnough: (value: Value) => boolean = () => true): Promise<Value> {
    const now = this.#clock.monotonic();
    if (this.#kept !== undefined && now < this.#until && isEnough(this.#kept.value)) return this.#kept.value;
    if (now >= this.#until) this.#until = Number.POSITIVE_INFINITY;
    const before = this.#changes;
    const value = await read();
    this.#readAt = now;
    if (before === this.#changes) this.#kept = { value };
    return value;
  }

  /** What a write of ours made of it. */
  set(value: Value): void {
    this.#changes += 1;
    this.#kept = { value };
  }

  /** The same for a part of it; where nothing is kept, nothing is to be changed. */
  change(edit: (value: Value) => Value): void {
    this.#changes += 1;
    if (this.#kept !== undefined) this.#kept = { value: edit(this.#kept.value) };
  }

  doubt(): void {
    this.#changes += 1;
    this.#kept = undefined;
  }

  /** From that monotonic time on, only what is read later counts. */
  doubtAt(time: number): void {
    this.#until = Math.min(this.#until, time);
  }
}
