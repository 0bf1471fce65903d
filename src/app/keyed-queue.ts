import PQueue from "p-queue";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

export interface KeyedQueueOptions<Item> {
  readonly key: (item: Item) => string;
  /** Does the work; a throw is tried again. */
  readonly run: (item: Item, signal: AbortSignal) => Promise<void>;
  /** Keys worked on at once. */
  readonly concurrency: number;
  /** Pauses before each further try, milliseconds: their number bounds the tries. */
  readonly pauses: readonly number[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Work by key: one at a time per key; what comes in while its key is being worked on is done once more after it. */
export interface KeyedQueue<Item> {
  add(item: Item): void;
  /** Resolves when nothing is waiting, running or pausing. */
  idle(): Promise<void>;
  /** Takes nothing more, tells running work to end, and waits for it. */
  stop(): Promise<void>;
}

interface Entry<Item> {
  item: Item;
  phase: "waiting" | "running" | "pausing";
  again: boolean;
  failures: number;
  /** Ends a pause early: fresh work need not wait for it. */
  hurry: AbortController | undefined;
}

export function createKeyedQueue<Item>(options: KeyedQueueOptions<Item>): KeyedQueue<Item> {
  const pool = new PQueue({ concurrency: options.concurrency });
  const entries = new Map<string, Entry<Item>>();
  const stopping = new AbortController();
  const idlers = new Set<() => void>();

  function start(key: string, entry: Entry<Item>): void {
    entry.phase = "waiting";
    void pool.add(() => work(key, entry));
  }

  async function work(key: string, entry: Entry<Item>): Promise<void> {
    if (stopping.signal.aborted) return forget(key);
    entry.phase = "running";
    entry.again = false;
    try {
      await options.run(entry.item, stopping.signal);
      entry.failures = 0;
    } catch (error) {
      return failed(key, entry, error);
    }
    if (entry.again) start(key, entry);
    else forget(key);
  }

  function failed(key: string, entry: Entry<Item>, error: unknown): void {
    const pause = options.pauses[entry.failures];
    entry.failures += 1;
    const fields = { key, attempt: entry.failures, error: String(error) };
    if (stopping.signal.aborted) return forget(key);
    if (pause === undefined) {
      options.log.error(fields, "Work failed and is given up until something asks for it again");
      entry.failures = 0;
      return entry.again ? start(key, entry) : forget(key);
    }
    options.log.warn({ ...fields, pause }, "Work failed and will be tried again");
    void pauseThenStart(key, entry, pause);
  }

  async function pauseThenStart(key: string, entry: Entry<Item>, pause: number): Promise<void> {
    entry.phase = "pausing";
    entry.hurry = new AbortController();
    const signal = AbortSignal.any([entry.hurry.signal, stopping.signal]);
    await options.clock.sleep(pause, signal).catch(() => undefined);
    entry.hurry = undefined;
    if (stopping.signal.aborted) forget(key);
    else start(key, entry);
  }

  function forget(key: string): void {
    entries.delete(key);
    if (entries.size > 0) return;
    for (const wake of idlers) wake();
    idlers.clear();
  }

  function idle(): Promise<void> {
    return entries.size === 0 ? Promise.resolve() : new Promise((wake) => idlers.add(wake));
  }

  return {
    add(item) {
      if (stopping.signal.aborted) return;
      const key = options.key(item);
      const entry = entries.get(key);
      if (entry === undefined) {
        const fresh: Entry<Item> = { item, phase: "waiting", again: false, failures: 0, hurry: undefined };
        entries.set(key, fresh);
        return start(key, fresh);
      }
      entry.item = item;
      if (entry.phase === "running") entry.again = true;
      entry.hurry?.abort();
    },
    idle,
    async stop() {
      stopping.abort();
      await idle();
    },
  };
}
