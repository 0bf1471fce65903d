import { CoppiceError, isDiskFull } from "../core/errors.ts";
import type { HeldLease } from "../core/lease/lease.ts";
import { publish, release, renew } from "../core/lease/steps.ts";
import { noUsage } from "../core/plan/plan.ts";
import type { RunOutcome } from "../core/run/run.ts";
import type { TaskOffer } from "../ports/dispatch.ts";
import type { PublishAnswer, WorkspaceAnswer } from "../ports/workspaces.ts";
import type { Attempt, Finished } from "./attempt.ts";
import { attempt, newAttempt, openWorkspace, stopped } from "./attempt.ts";
import type { StepFailure } from "./failure.ts";
import { failed, toFailure } from "./failure.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { keepLease } from "./lease-keeper.ts";
import type { RunOptions, RunPorts } from "./ports.ts";
import { formatResults } from "./result-files.ts";
import { ignore, saveWork } from "./save-work.ts";

/** How a failure begins that says the worker's disk has no room. */
export const diskFull = "disk-full: ";

/** Does one task from claim to publication. It always ends with an outcome: what a port throws is a failure of kind `internal`. */
export async function runTask(
  offer: TaskOffer,
  ports: RunPorts,
  options: RunOptions,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const startedAt = ports.clock.now();
  const begun = ports.clock.monotonic();
  const unclaimed = new AbortController();
  // While the claim travels. What another holder pushes in between moves its lease as well, and so loses us the claim.
  const opening = openWorkspace(offer, ports.workspaces, AbortSignal.any([signal, unclaimed.signal]));
  opening.catch(() => "told by whoever waits for it");
  const held = await claim(offer, ports, options).catch(surprise);
  if (held.kind === "failure") {
    unclaimed.abort();
    await discard(opening);
    const failure = toFailure(held, { secrets: options.secrets(), now: ports.clock.now() });
    return { kind: "failed", failure, usage: noUsage };
  }
  options.onLease(held.held);
  const lost = new AbortController();
  const stopping = AbortSignal.any([signal, lost.signal]);
  const run = newAttempt({ offer, ports, options, signal: stopping, opening });
  const keeper = keepLease(held.held, { ...ports, checkpoint: async (now) => run.checkpoint?.(now) });
  passOn(keeper.lost, lost);
  const outcome = await perform(run, keeper, startedAt).catch((error: unknown) =>
    run.signal.aborted ? stopped(run) : surprise(error),
  );
  if (outcome.kind === "published") await run.workspace?.close().catch(ignore(run, "the worktree is not removed"));
  if (outcome.kind === "published") return outcome;
  return giveUp(run, outcome, { held: await keeper.stop(), begun });
}

/** The worktree of a task that somebody else has. */
async function discard(opening: Promise<WorkspaceAnswer>): Promise<void> {
  const opened = await opening.catch(() => undefined);
  if (opened?.kind === "ready") await opened.workspace.close().catch(() => undefined);
}

/**
 * Claims straight into the phase `running`: one push where two would say no more. The worker itself pushes the claim and reads it
 * back, which proves what a first renewal would prove (it can write, and it is the owner) before any agent starts.
 * The phase `claimed` is for claims somebody else pushed for a worker.
 */
async function claim(offer: TaskOffer, ports: RunPorts, options: RunOptions) {
  options.onPhase("claiming", "claiming the task");
  const holder = `${options.worker}/${offer.run}`;
  const offered = { ...offer.lease, holder };
  const lease = renew(offered, offered);
  if (lease === undefined) return failed("internal", `a lease that is ${offered.phase} cannot be claimed`);
  const answer = await ports.leases.swap(offer.expected, lease);
  if (answer.kind === "held") return answer;
  return failed("lease-lost", `the lease is held by ${answer.current?.lease.holder ?? "somebody else"}`);
}

async function perform(
  run: Attempt,
  keeper: LeaseKeeper,
  startedAt: number,
): Promise<(RunOutcome & { kind: "published" }) | StepFailure> {
  const finished = await attempt(run);
  if (finished.kind === "failure") return finished;
  if (run.signal.aborted) return stopped(run);
  run.options.onPhase("publishing", `pushing ${run.offer.lease.branch}`);
  const held = await keeper.stop();
  if (run.signal.aborted) return stopped(run);
  const answer = await push(run, { held, finished, startedAt });
  if (answer.kind === "published") {
    const { head, verification } = finished;
    return { kind: "published", head, lease: answer.lease, verification, usage: run.usage };
  }
  if (answer.kind === "lease-lost")
    return failed("lease-lost", `the lease is held by ${answer.holder ?? "somebody else"}`);
  return failed("conflict", `somebody moved ${run.offer.lease.branch} to ${answer.head ?? "nothing"} meanwhile`);
}

interface Publishing {
  readonly held: HeldLease;
  readonly finished: Finished;
  readonly startedAt: number;
}

async function push(run: Attempt, { held, finished, startedAt }: Publishing): Promise<PublishAnswer> {
  const { workspace, head } = finished;
  const lease = publish(held.lease, held.lease, { head, base: workspace.base });
  if (lease === undefined) return { kind: "lease-lost", holder: held.lease.holder };
  return workspace.publish({
    held,
    lease,
    head,
    files: formatResults(run, finished, { startedAt, endedAt: run.ports.clock.now() }),
  });
}

/** Saves the work, frees the lease with the failure in it, and tells. `begun`: monotonic milliseconds. */
async function giveUp(
  run: Attempt,
  step: StepFailure,
  { held, begun }: { held: HeldLease; begun: number },
): Promise<RunOutcome> {
  await saveWork(run, step);
  const { ports, options, usage } = run;
  const failure = toFailure(step, {
    secrets: options.secrets(),
    now: ports.clock.now(),
    agent: ports.agent.id,
    usage,
    seconds: (ports.clock.monotonic() - begun) / 1_000,
  });
  if (step.reason !== "lease-lost") {
    // Should this fail, the lease runs out, or the hub sees that its holder is gone.
    await ports.leases.swap(held.oid, release(held.lease, failure)).catch(ignore(run, "the lease is not released"));
  }
  return { kind: "failed", failure, usage };
}

/** The failure is the reason, so that whoever is stopped by it knows why. */
function passOn(lost: AbortSignal, stopping: AbortController): void {
  lost.addEventListener("abort", () => stopping.abort(failed("lease-lost", String(lost.reason))), { once: true });
}

function surprise(error: unknown): StepFailure {
  if (isDiskFull(error)) return failed("internal", `${diskFull}${error instanceof Error ? error.message : error}`);
  if (error instanceof CoppiceError) return failed("internal", `${error.code}: ${error.message}`);
  return failed("internal", error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
