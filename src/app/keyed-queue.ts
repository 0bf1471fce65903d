import PQueue from "p-queue";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

export interface KeyedQueueOptions<Item> {
  readonly key: (item: Item) => string;
  /** Does the work; a throw is tried again. */
  readonly run: (item: Item, signal: AbortSignal) => Promise<void>;
  /** Keys worked on at once, those aside that take longer than `patience`. */
  readonly concurrency: number;
  /** Work gives its place to others after this long and goes on beside them, milliseconds. Absent: never. */
  readonly patience?: number;
  /** Pauses before each further try, milliseconds: their number bounds the tries. */
  readonly pauses: readonly number[];
  readonly clock: Clock;
  readonly log: Log;
}

interface Entry<Item> {
  readonly key: string;
  item: Item;
  phase: "waiting" | "running" | "pausing";
  /** Asked for again while running. */
  again: boolean;
  failures: number;
  /** Ends a pause early: fresh work need not wait for it, and nothing does when everything stops. */
  hurry: AbortController | undefined;
}

/** Work by key: one at a time per key; what comes in while its key is being worked on is done once more after it. */
export class KeyedQueue<Item> {
  readonly #options: KeyedQueueOptions<Item>;
  readonly #pool: PQueue;
  readonly #entries = new Map<string, Entry<Item>>();
  readonly #stopping = new AbortController();
  readonly #idlers = new Set<() => void>();

  constructor(options: KeyedQueueOptions<Item>) {
    this.#options = options;
    this.#pool = new PQueue({ concurrency: options.concurrency });
  }

  add(item: Item): void {
    if (this.#stopping.signal.aborted) return;
    const key = this.#options.key(item);
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      const fresh: Entry<Item> = { key, item, phase: "waiting", again: false, failures: 0, hurry: undefined };
      this.#entries.set(key, fresh);
      this.#start(fresh);
      return;
    }
    entry.item = item;
    if (entry.phase === "running") entry.again = true;
    entry.hurry?.abort();
  }

  /** Resolves when nothing is waiting, running or pausing. */
  idle(): Promise<void> {
    return this.#entries.size === 0 ? Promise.resolve() : new Promise((wake) => this.#idlers.add(wake));
  }

  /** Takes nothing more, tells running work to end, and waits for it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const { hurry } of this.#entries.values()) hurry?.abort();
    await this.idle();
  }

  #start(entry: Entry<Item>): void {
    entry.phase = "waiting";
    void this.#pool.add(() => this.#inPlace(this.#work(entry)));
  }

  /** Resolves when the work is done, or has had its place for long enough. */
  async #inPlace(work: Promise<void>): Promise<void> {
    const { clock, patience } = this.#options;
    if (patience === undefined) return work;
    const done = new AbortController();
    const late = clock.sleep(patience, done.signal).catch(() => undefined);
    await Promise.race([work, late]).finally(() => done.abort());
  }

  async #work(entry: Entry<Item>): Promise<void> {
    if (this.#stopping.signal.aborted) return this.#forget(entry);
    entry.phase = "running";
    entry.again = false;
    try {
      await this.#options.run(entry.item, this.#stopping.signal);
      entry.failures = 0;
      this.#finish(entry);
    } catch (error) {
      this.#failed(entry, error);
    }
  }

  #finish(entry: Entry<Item>): void {
    if (entry.again) this.#start(entry);
    else this.#forget(entry);
  }

  #failed(entry: Entry<Item>, error: unknown): void {
    const pause = this.#options.pauses[entry.failures];
    entry.failures += 1;
    const fields = { key: entry.key, attempt: entry.failures, error: String(error) };
    if (this.#stopping.signal.aborted) {
      this.#forget(entry);
    } else if (pause === undefined) {
      this.#options.log.error(fields, "Work failed and is given up until something asks for it again");
      entry.failures = 0;
      this.#finish(entry);
    } else {
      this.#options.log.warn({ ...fields, pause }, "Work failed and will be tried again");
      void this.#startAfter(entry, pause);
    }
  }

  async #startAfter(entry: Entry<Item>, pause: number): Promise<void> {
    entry.phase = "pausing";
    entry.hurry = new AbortController();
    await this.#options.clock.sleep(pause, entry.hurry.signal).catch(() => undefined);
    entry.hurry = undefined;
    this.#start(entry);
  }

  #forget(entry: Entry<Item>): void {
    this.#entries.delete(entry.key);
    if (this.#entries.size > 0) return;
    for (const wake of this.#idlers) wake();
    this.#idlers.clear();
  }
}
