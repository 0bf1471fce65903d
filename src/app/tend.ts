import { CoppiceError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import { QuietRepositories } from "./quiet-repositories.ts";
import type { Repositories, RepositoryNews } from "./repositories.ts";
import type { Enqueue, Work } from "./work.ts";
import { workKey } from "./work.ts";

/** Milliseconds. */
export interface TendTiming {
  /** Comments that no webhook told of are looked for this often; up to ten times more rarely where nothing is told or found. */
  readonly sweep: number;
  /** Where the app is installed is asked this often, whatever webhooks say. */
  readonly installations: number;
}

const defaultTiming: TendTiming = { sweep: 30_000, installations: 300_000 };

/** Issues and repositories looked at side by side; what they may ask of the forge is bounded by its budget. */
const concurrency = 8;

/** A slow model's turn or a huge sweep gives its place to others after this long, milliseconds. */
const patience = 60_000;

/** GitHub's reads may lag behind its webhooks by seconds. The sweep comes back to what is given up. */
const pauses = [1_000, 2_000, 4_000, 8_000];

/** Where a repository shuts us out, what we are installed on is asked this often at most, milliseconds. */
const shutPause = 60_000;

export interface TendOptions {
  readonly repositories: Repositories;
  /** Forgets what is remembered of where the app is installed. */
  readonly invalidate: () => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing?: Partial<TendTiming>;
  /** Told of every sweep that found what nobody had told of. */
  readonly found?: () => void;
}

/** The loop behind the webhooks: works off what was enqueued, and enqueues by the clock what nobody told of. */
export interface Tending {
  readonly enqueue: Enqueue;
  /** Reads where the app is installed, sweeps every repository once, and keeps at it. */
  start(): void;
  /** Resolves when nothing is enqueued or under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export function createTending(options: TendOptions): Tending {
  const timing = { ...defaultTiming, ...options.timing };
  const { clock, log } = options;
  const quiet = new QuietRepositories(clock, timing.sweep);
  const enqueue: Enqueue = (work) => {
    if (work.kind !== "sweep" && work.kind !== "installations") quiet.heard(work.repository);
    return (isNews(work) ? news : queue).add(work);
  };
  const run = async (work: Work) => {
    try {
      await perform({ ...options, quiet }, enqueue, work);
    } catch (error) {
      // It may be renamed, archived, or not ours any more: that is asked once a minute at most.
      const isShut = error instanceof CoppiceError && /^forge-(not-found|refused)$/.test(error.code);
      if (isShut && work.kind !== "installations" && clock.monotonic() - askedAt >= shutPause) {
        askedAt = clock.monotonic();
        enqueue({ kind: "installations" });
      }
      throw error;
    }
  };
  const shared = { key: workKey, run, pauses, clock, log };
  const queue: KeyedQueue<Work> = new KeyedQueue({ ...shared, concurrency, patience });
  // To tell of news takes no time: it waits for nobody's turn.
  const news: KeyedQueue<Work> = new KeyedQueue({ ...shared, concurrency: Number.POSITIVE_INFINITY });
  let askedAt = Number.NEGATIVE_INFINITY;
  const stopping = new AbortController();
  const timers: Promise<void>[] = [];
  const sweepAll = async () => {
    for (const { name } of await options.repositories.all()) {
      if (quiet.isDue(name)) enqueue({ kind: "sweep", repository: name });
    }
  };
  return {
    enqueue,
    start() {
      enqueue({ kind: "installations" });
      timers.push(every(clock, timing.sweep, stopping.signal, sweepAll));
      const look = async () => enqueue({ kind: "installations" });
      timers.push(every(clock, timing.installations, stopping.signal, look));
    },
    async idle() {
      await Promise.all([queue.idle(), news.idle()]);
    },
    async stop() {
      stopping.abort();
      await Promise.all([queue.stop(), news.stop(), ...timers]);
    },
  };
}

async function perform(
  options: TendOptions & { readonly quiet: QuietRepositories },
  enqueue: Enqueue,
  work: Work,
): Promise<void> {
  const { repositories } = options;
  if (work.kind === "installations") {
    options.invalidate();
    for (const { name } of await repositories.refresh()) {
      if (options.quiet.isDue(name)) enqueue({ kind: "sweep", repository: name });
    }
    return;
  }
  const repository = await repositories.of(work.repository);
  if (repository === undefined) return;
  if (isNews(work)) {
    repository.heard(work);
    return;
  }
  if (work.kind === "issue") await repository.handle(work.issue);
  else if ((await repository.sweep()) === true) {
    options.quiet.heard(work.repository);
    options.found?.();
  }
  repository.wake();
}

function isNews(work: Work): work is RepositoryNews {
  return work.kind === "repository" || work.kind === "push" || work.kind === "comment";
}

async function every(clock: Clock, period: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(period, signal);
    } catch {
      return;
    }
    await act();
  }
}
