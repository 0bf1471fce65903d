import { savedRef } from "../core/lease/lease.ts";
import type { Attempt } from "./attempt.ts";
import { collect, collectRefused } from "./collect.ts";
import type { StepFailure } from "./failure.ts";

/** Saves what a failed run has done and removes its worktree; work that can be saved nowhere is left on the disk. Never throws. */
export async function saveWork(run: Attempt, step: StepFailure): Promise<void> {
  const saved = await save(run, step).then(() => true, ignore(run, "the work of a failed run is not saved"));
  if (saved) await run.workspace?.close().catch(ignore(run, "the worktree is not removed"));
  else await leave(run);
}

/** Failures after which the worktree may hold something worth keeping that was not collected yet. */
const cutShort: readonly string[] = [
  "agent-failed",
  "timed-out",
  "stalled",
  "quota",
  "budget",
  "stopped",
  "lease-lost",
  "internal",
];

async function save(run: Attempt, step: StepFailure): Promise<void> {
  const { workspace, offer } = run;
  if (!workspace) return;
  const late = !run.commit && cutShort.includes(step.reason) ? await collect(run, workspace) : undefined;
  if (!run.commit && [step.reason, late?.kind === "failure" && late.reason].includes("policy")) {
    await collectRefused(run, workspace);
  }
  if (!run.commit) return;
  const { oid, clean } = run.commit;
  const ref = savedRef(offer.issue, offer.lease.epoch, oid);
  const pushed =
    clean &&
    (await workspace
      .keep(oid, ref, "remote")
      .then(() => true, ignore(run, "the work is kept here: it could not be pushed")));
  if (!pushed) await workspace.keep(oid, ref, "here");
  run.ports.log.info({ issue: offer.issue, ref, pushed }, "the work of a failed run is saved");
}

async function leave(run: Attempt): Promise<void> {
  const folder = await run.workspace?.leave().catch(ignore(run, "the worktree is not moved to safety"));
  const at = folder ?? run.workspace?.folders.worktree;
  run.ports.log.warn({ issue: run.offer.issue, folder: at }, "the worktree of a failed run is left for a person");
}

/** For what went wrong and changes nothing: it is logged. */
export function ignore(run: Attempt, message: string): (error: unknown) => undefined {
  return (error) => void run.ports.log.warn({ issue: run.offer.issue, error: String(error) }, message);
}
