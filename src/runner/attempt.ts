import type { HeldLease } from "../core/lease/lease.ts";
import type { Usage } from "../core/plan/plan.ts";
import { noUsage } from "../core/plan/plan.ts";
import type { Oid } from "../core/repository.ts";
import type { FailureKind, Verification } from "../core/run/run.ts";
import type { AgentOutcome } from "../ports/agent.ts";
import type { TaskOffer } from "../ports/dispatch.ts";
import type { LeaseAnswer } from "../ports/leases.ts";
import type { SandboxFolders } from "../ports/sandbox.ts";
import type { AgentResults, ChangedFile, EarlierWork, Workspace, WorkspaceAnswer } from "../ports/workspaces.ts";
import { checkpointer } from "./checkpoint.ts";
import { collect } from "./collect.ts";
import type { StepFailure } from "./failure.ts";
import { failed } from "./failure.ts";
import type { RunOptions, RunPorts } from "./ports.ts";
import type { LinesAnswer, ShellLines } from "./shell-lines.ts";
import { runLines } from "./shell-lines.ts";
import { formatBrief, formatTaskJson } from "./task-brief.ts";

/** One attempt at a task; what it has so far is kept here, so that nothing is lost when a step fails. */
export interface Attempt {
  readonly offer: TaskOffer;
  readonly ports: RunPorts;
  readonly options: RunOptions;
  /** Stopped, or the lease is lost. */
  readonly signal: AbortSignal;
  /** The worktree, being made since before the claim. */
  readonly opening: Promise<WorkspaceAnswer>;
  usage: Usage;
  /** Renews the lease with a push of what the agent has so far; there while it is at work. */
  checkpoint?: ((held: HeldLease) => Promise<LeaseAnswer | undefined>) | undefined;
  workspace?: Workspace;
  /** The work, committed by us. `clean`: it passed the policy and may be pushed. */
  commit?: { readonly oid: Oid; readonly clean: boolean };
}

/** Work that is verified and waits for its push. */
export interface Finished {
  readonly kind: "finished";
  readonly workspace: Workspace;
  readonly head: Oid;
  readonly files: readonly ChangedFile[];
  readonly results: AgentResults;
  readonly summary: string | undefined;
  readonly verification: Verification;
}

/** From an empty folder to a verified commit; nothing is published here. Setup and agent share one time limit, verify has its own. */
export async function attempt(run: Attempt): Promise<Finished | StepFailure> {
  const workspace = await prepare(run);
  if (workspace.kind === "failure") return workspace;
  const agent = await work(run, workspace);
  if (agent.kind === "failure") return agent;
  const change = await collect(run, workspace.workspace);
  if (change.kind === "failure") return change;
  const verification = await verify(run, workspace.workspace, change.head);
  if (verification.kind === "failure") return verification;
  return {
    kind: "finished",
    workspace: workspace.workspace,
    head: change.head,
    files: change.files,
    results: change.results,
    summary: agent.summary,
    verification: verification.verification,
  };
}

/** Asks for the run's worktree; nothing of the task runs in it before the task is claimed. */
export function openWorkspace(
  offer: TaskOffer,
  workspaces: RunPorts["workspaces"],
  signal: AbortSignal,
): Promise<WorkspaceAnswer> {
  const request = {
    run: offer.run,
    defaultBranch: offer.defaultBranch,
    branch: offer.lease.branch,
    recordedHead: offer.lease.head,
    startOver: offer.lease.failures.at(-1)?.kind === "conflict",
    files: [
      { path: "task.md", text: formatBrief(offer) },
      { path: "task.json", text: formatTaskJson(offer) },
      ...offer.context.map(({ path, text }) => ({ path: `context/${path}`, text })),
    ],
    task: { issue: offer.issue, epoch: offer.lease.epoch },
    filesWith: (earlier: EarlierWork) => [{ path: "task.md", text: formatBrief(offer, earlier) }],
    author: offer.author,
  };
  return workspaces.open(request, signal);
}

interface Prepared {
  readonly kind: "ready";
  readonly workspace: Workspace;
  /** What setup took of the time that it and the agent have. */
  readonly milliseconds: number;
}

async function prepare(run: Attempt): Promise<Prepared | StepFailure> {
  const { offer, ports, options, signal } = run;
  options.onPhase("preparing", "preparing a worktree");
  const answer = await run.opening;
  if (answer.kind === "empty") return failed("internal", `${offer.defaultBranch} has no commit to start from`);
  if (answer.kind === "branch-taken") {
    return failed("conflict", `the branch ${answer.name} is there and not this task's; delete or rename it`);
  }
  run.workspace = answer.workspace;
  if (offer.setup.length === 0) return { ...answer, milliseconds: 0 };
  const setup = await runLines(
    ports.processes,
    shellLines(run, answer.workspace.folders, { lines: offer.setup }),
    signal,
  );
  if (setup.kind !== "passed") return explain(run, setup, { kind: "setup-failed", steps: beforeVerify });
  await answer.workspace.settle();
  return { ...answer, milliseconds: setup.milliseconds };
}

async function work(
  run: Attempt,
  { workspace, milliseconds }: Prepared,
): Promise<Extract<AgentOutcome, { kind: "finished" }> | StepFailure> {
  const { offer, ports, options, signal } = run;
  options.onPhase("working", `${ports.agent.id} is at work`);
  const limits = shellLines(run, workspace.folders, { lines: [], spent: milliseconds });
  run.checkpoint = checkpointer(run, workspace);
  const working = ports.agent.run(
    {
      run: offer.run,
      plan: offer.plan,
      issue: offer.issue,
      task: offer.task,
      brief: formatBrief(offer, workspace.earlier),
      folders: workspace.folders,
      timeoutMilliseconds: limits.timeoutMilliseconds,
      idleMilliseconds: limits.idleMilliseconds,
      network: limits.network,
      onOutput: options.onOutput,
      onProgress: (note) => options.onPhase("working", note),
      onUsage: (usage) => {
        run.usage = usage;
      },
    },
    signal,
  );
  const outcome = await working.finally(() => {
    run.checkpoint = undefined;
  });
  run.usage = outcome.usage;
  if (signal.aborted) return stopped(run);
  if (outcome.kind === "finished") return outcome;
  const { retryAfterSeconds } = outcome;
  const failure = failed(outcome.reason, limit(run, outcome.reason, beforeVerify) + outcome.message);
  return retryAfterSeconds === undefined ? failure : { ...failure, retryAfterSeconds };
}

type VerifyAnswer = { kind: "verified"; verification: Verification } | StepFailure;

/** Setup and verify on a clean checkout of exactly the commit that will be pushed. */
async function verify(run: Attempt, workspace: Workspace, head: Oid): Promise<VerifyAnswer> {
  const { offer, ports, options, signal } = run;
  options.onPhase("verifying", offer.verify.length === 0 ? "no verify command" : "verifying in a clean checkout");
  const [merging, checkout] = await Promise.allSettled([
    workspace.merges(head),
    offer.verify.length === 0 ? undefined : workspace.checkout(head),
  ]);
  if (merging.status === "rejected") throw merging.reason;
  if (!merging.value) return failed("conflict", `the work does not merge with ${offer.defaultBranch} as it is now`);
  if (checkout.status === "rejected") throw checkout.reason;
  const folders = checkout.value;
  if (folders === undefined) return { kind: "verified", verification: { kind: "none" } };
  const setup = await runLines(ports.processes, shellLines(run, folders, { lines: offer.setup }), signal);
  if (setup.kind !== "passed") return explain(run, setup, { kind: "setup-failed", steps: verifying });
  const rest = { lines: offer.verify, spent: setup.milliseconds };
  const checks = await runLines(ports.processes, shellLines(run, folders, rest), signal);
  if (checks.kind !== "passed") return explain(run, checks, { kind: "verify-failed", steps: verifying });
  const command = offer.verify.join(" && ").slice(0, 2_000);
  return { kind: "verified", verification: { kind: "passed", command, milliseconds: checks.milliseconds } };
}

/** Ten minutes: the longest silence of a command unless told otherwise. */
const defaultIdle = 600_000;

/** What shares a time limit, as people are told. */
const beforeVerify = "setup and agent together";
const verifying = "setup and verify on the clean checkout together";

/** `spent`: milliseconds of the time limit that are gone. */
function shellLines(
  { offer, options }: Attempt,
  folders: SandboxFolders,
  { lines, spent = 0 }: { lines: readonly string[]; spent?: number },
): ShellLines {
  return {
    lines,
    folders,
    network: options.network,
    timeoutMilliseconds: Math.max(offer.timeoutMinutes * 60_000 - spent, 1),
    idleMilliseconds: options.idleMilliseconds ?? defaultIdle,
    onOutput: options.onOutput,
  };
}

function explain(
  run: Attempt,
  answer: LinesAnswer,
  { kind, steps }: { kind: "setup-failed" | "verify-failed"; steps: string },
): StepFailure {
  if (answer.kind !== "failed") return stopped(run);
  const reason = answer.reason === "exit" ? kind : answer.reason;
  return failed(reason, limit(run, reason, steps) + answer.message);
}

/** One step may have had most of the time that is over for another; said first, since the end may be cut. */
function limit({ offer: { timeoutMinutes: minutes } }: Attempt, reason: FailureKind, steps: string): string {
  return reason === "timed-out" ? `${steps} may take ${minutes} ${minutes === 1 ? "minute" : "minutes"}: ` : "";
}

/** The signal's reason says whether a person, the hub or a lost lease ended it; see `runTask`. */
export function stopped(run: Pick<Attempt, "signal">): StepFailure {
  const { reason } = run.signal;
  return isFailure(reason) ? reason : failed("stopped", typeof reason === "string" ? reason : "the run was stopped");
}

function isFailure(reason: unknown): reason is StepFailure {
  return typeof reason === "object" && reason !== null && "kind" in reason && reason.kind === "failure";
}

/** An attempt that has nothing yet. */
export function newAttempt(parts: Pick<Attempt, "offer" | "ports" | "options" | "signal" | "opening">): Attempt {
  return { ...parts, usage: noUsage };
}
