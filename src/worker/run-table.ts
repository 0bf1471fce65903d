import { isDiskFull as hasNoRoom } from "../core/errors.ts";
import { fullName } from "../core/repository.ts";
import type { RunOutcome } from "../core/run/run.ts";
import type { Agent } from "../ports/agent.ts";
import type { Clock } from "../ports/clock.ts";
import type { TaskOffer } from "../ports/dispatch.ts";
import type { Log } from "../ports/log.ts";
import type { Processes } from "../ports/sandbox.ts";
import { diskFull, runTask } from "../runner/run-task.ts";
import type { DeclineReason, WorkerFrame } from "../wire/frames/frames.ts";
import type { Repositories, WorkedRepository } from "./repositories.ts";
import { isPlainName } from "./repositories.ts";
import type { RunVoice } from "./run-voice.ts";
import { createRunVoice } from "./run-voice.ts";

export interface RunTableOptions {
  readonly worker: string;
  readonly slots: number;
  /** The first is what an offer without a choice gets. */
  readonly agents: readonly Agent[];
  readonly processes: Processes;
  readonly repositories: Repositories;
  readonly protocols: readonly string[];
  readonly network: boolean;
  /** The worker's own keys. */
  readonly secrets: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly send: (frame: WorkerFrame) => boolean;
}

interface TableRun {
  readonly offer: TaskOffer;
  readonly repository: WorkedRepository;
  readonly stopping: AbortController;
  readonly voice: RunVoice;
  outcome?: RunOutcome;
  /** Monotonic milliseconds of the last time the end was told. */
  toldAt: number;
}

/** Why an offer is not taken, for the hub and, in one line, for people. */
export interface Decline {
  readonly why: DeclineReason;
  readonly reason: string;
}

/** The runs this worker has: working, or ended and not yet known to the hub. */
export interface RunTable {
  /** Takes the offer, or says why not. */
  take(offer: TaskOffer, token: string): Decline | undefined;
  grant(run: string, token: string): void;
  stop(run: string, reason: string): void;
  stopAll(reason: string): void;
  /** The hub has recorded the end. */
  forget(run: string): void;
  /** Says again what the hub may have missed: ends told longer than `milliseconds` ago, and output that waits. */
  repeat(milliseconds: number): void;
  held(): readonly TaskOffer[];
  /** Runs that still work. */
  working(): number;
  /** A run met a disk without room lately, whatever the disk says of itself. */
  metFullDisk(): boolean;
  /** Resolves when nothing works any more. */
  idle(): Promise<void>;
}

export function createRunTable(options: RunTableOptions): RunTable {
  const runs = new Map<string, TableRun>();
  const ends = new Map<string, Promise<void>>();
  let fullAt = Number.NEGATIVE_INFINITY;
  const working = () => [...runs.values()].filter((run) => !run.outcome).length;
  return {
    take: (offer, token) => {
      const there = runs.get(offer.run);
      if (there) {
        there.repository.token.set(token);
        return undefined;
      }
      const agent = options.agents.find(({ id }) => offer.agent === undefined || id === offer.agent);
      const refusal = refuse(options, offer, working());
      if (refusal !== undefined) return refusal;
      if (!agent) return { why: "no-agent", reason: `this worker has no agent ${offer.agent?.slice(0, 100)}` };
      const run = add(options, offer, token);
      runs.set(offer.run, run);
      ends.set(
        offer.run,
        work(options, run, agent).finally(() => {
          ends.delete(offer.run);
          if (isDiskFull(run.outcome)) fullAt = options.clock.monotonic();
        }),
      );
      return undefined;
    },
    grant: (id, token) => runs.get(id)?.repository.token.set(token),
    stop: (id, reason) => runs.get(id)?.stopping.abort(reason),
    stopAll: (reason) => {
      for (const run of runs.values()) run.stopping.abort(reason);
    },
    forget: (id) => {
      if (runs.get(id)?.outcome) runs.delete(id);
    },
    repeat: (milliseconds) => {
      for (const run of runs.values()) {
        run.voice.flush();
        if (options.clock.monotonic() - run.toldAt >= milliseconds) tell(options, run);
      }
    },
    held: () => [...runs.values()].map(({ offer }) => offer),
    working,
    metFullDisk: () => options.clock.monotonic() - fullAt < fullDiskPause,
    idle: async () => {
      while (ends.size > 0) await Promise.all(ends.values());
    },
  };
}

/** After a run that met a full disk no other is taken for so long, milliseconds: it would meet the same. */
const fullDiskPause = 60_000;

function isDiskFull(outcome: RunOutcome | undefined): boolean {
  return outcome?.kind === "failed" && outcome.failure.message.startsWith(diskFull);
}

function refuse(options: RunTableOptions, offer: TaskOffer, working: number): Decline | undefined {
  if (working >= options.slots) return { why: "busy", reason: "every slot of this worker is taken" };
  const reason = notAllowed(options, offer);
  return reason === undefined ? undefined : { why: "not-allowed", reason };
}

function notAllowed(options: RunTableOptions, offer: TaskOffer): string | undefined {
  if (!isPlainName(offer.repository)) return `${fullName(offer.repository)} is no repository's name`;
  const protocol = offer.gitUrl.slice(0, offer.gitUrl.indexOf(":"));
  if (!options.protocols.includes(protocol)) return `git over ${protocol || "nothing"} is not allowed here`;
  if (offer.gitUrl.includes("@")) return "the git address holds credentials";
  return undefined;
}

function add(options: RunTableOptions, offer: TaskOffer, token: string): TableRun {
  const repository = options.repositories.of(offer);
  repository.token.set(token);
  const secrets = () => [...options.secrets, ...repository.token.seen];
  const voice = createRunVoice({ run: offer.run, send: options.send, secrets });
  return { offer, repository, stopping: new AbortController(), voice, toldAt: Number.NEGATIVE_INFINITY };
}

async function work(options: RunTableOptions, run: TableRun, agent: Agent): Promise<void> {
  const { offer, repository, voice, stopping } = run;
  const { clock, log, processes, network, worker } = options;
  options.log.info({ run: offer.run, issue: offer.issue, agent: agent.id }, "a run begins");
  try {
    const parts = await repository.parts;
    run.outcome = await runTask(
      offer,
      { ...parts, processes, agent, clock, log },
      {
        worker,
        network,
        secrets: () => [...options.secrets, ...repository.token.seen],
        onLease: ({ oid, lease }) =>
          options.send({ kind: "run-start", run: offer.run, lease: oid, epoch: lease.epoch }),
        onPhase: voice.progress,
        onOutput: voice.log,
      },
      stopping.signal,
    );
  } catch (error) {
    run.outcome = mirrorFailed(error, clock.now());
  }
  options.log.info({ run: offer.run, issue: offer.issue, outcome: describe(run.outcome) }, "a run ended");
  voice.end();
  tell(options, run);
}

/** Only the opening of the mirror throws past `runTask`. */
function mirrorFailed(error: unknown, now: number): RunOutcome {
  const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const why = `the mirror cannot be opened: ${error instanceof Error ? error.message : error}`;
  const message = `${hasNoRoom(error) ? diskFull : ""}${why}`.slice(0, 500);
  return { kind: "failed", failure: { kind: "internal", message, at: new Date(now).toISOString() }, usage };
}

function describe(outcome: RunOutcome): string {
  return outcome.kind === "published" ? outcome.kind : `${outcome.failure.kind}: ${outcome.failure.message}`;
}

function tell({ send, clock }: RunTableOptions, run: TableRun): void {
  if (run.outcome && send({ kind: "run-end", run: run.offer.run, outcome: run.outcome }))
    run.toldAt = clock.monotonic();
}
