import { z } from "zod";
import { runPhases } from "../../core/run/run.ts";
import { strains } from "../../core/worker/strain.ts";
import { oid, runOutcome, taskOffer } from "./values.ts";

/** The protocol's version: a hub refuses any other, saying so. */
export const protocolVersion = 1;

/** No frame is larger than this many bytes (context files of 50 needs fit). */
export const maxFrameBytes = 4 * 1024 * 1024;

/** Why a worker does not take a task. */
const declineReasons = ["draining", "busy", "strained", "no-agent", "not-allowed"] as const;
export type DeclineReason = (typeof declineReasons)[number];

const run = z.string().min(1).max(100);
const line = (limit: number) => z.string().max(limit);

/** A worker's name, as it is enrolled and as its hello says. */
export const workerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a name of lower-case letters, digits and dashes, at most 63");

const workerHello = z.strictObject({
  kind: z.literal("worker-hello"),
  version: z.number().int(),
  worker: workerName,
  slots: z.number().int().min(1).max(64),
  agents: z.array(z.strictObject({ id: line(2_000), version: line(200) })).max(50),
  labels: z.array(line(50)).max(50),
  machine: z.strictObject({
    system: line(50),
    architecture: line(50),
    cores: z.number().int().positive(),
    memoryBytes: z.number().positive(),
  }),
  /** Repositories (`owner/name`) with a warm mirror. */
  warm: z.array(line(210)).max(1_000),
  /** Runs it still holds: the hub adopts them. */
  runs: z
    .array(z.strictObject({ run, repository: line(210), plan: z.number().int(), issue: z.number().int() }))
    .max(64),
});

/** What a worker sends. */
export const workerFrame = z.discriminatedUnion("kind", [
  workerHello,
  z.strictObject({ kind: z.literal("task-accept"), run }),
  z.strictObject({
    kind: z.literal("task-decline"),
    run,
    reason: line(500),
    /** The same for programs. */
    why: z.enum(declineReasons).optional(),
  }),
  /** The lease is held: only now the run counts as started. */
  z.strictObject({ kind: z.literal("run-start"), run, lease: oid, epoch: z.number().int().positive() }),
  z.strictObject({ kind: z.literal("run-log"), run, text: line(65_536) }),
  z.strictObject({ kind: z.literal("run-progress"), run, phase: z.enum(runPhases), note: line(500) }),
  z.strictObject({ kind: z.literal("run-end"), run, outcome: runOutcome }),
  z.strictObject({
    kind: z.literal("heartbeat"),
    runs: z.array(run).max(64),
    load: z.number().nonnegative(),
    freeMemoryBytes: z.number().nonnegative(),
    freeDiskBytes: z.number().nonnegative(),
    /** What there is too little of to take another task. */
    strained: z.array(z.enum(strains)).max(strains.length).optional(),
  }),
  z.strictObject({ kind: z.literal("worker-drain") }),
  /** A long run's git token is about to expire. */
  z.strictObject({ kind: z.literal("token-request"), run }),
]);

/** What a hub sends. */
export const hubFrame = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("hub-welcome"),
    version: z.number().int(),
    heartbeatSeconds: z.number().positive(),
    /** Runs the worker named that the hub will not adopt: stop them. */
    stop: z.array(run).max(64),
  }),
  z.strictObject({ kind: z.literal("task-offer"), offer: taskOffer, token: line(2_000) }),
  z.strictObject({ kind: z.literal("run-stop"), run, reason: line(500) }),
  z.strictObject({ kind: z.literal("token-grant"), run, token: line(2_000) }),
  /** The run's end is recorded: the worker may forget it. */
  z.strictObject({ kind: z.literal("run-ended"), run }),
]);

export type WorkerFrame = z.infer<typeof workerFrame>;
export type HubFrame = z.infer<typeof hubFrame>;
