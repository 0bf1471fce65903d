import type { Usage } from "../core/plan/plan.ts";
import { noUsage } from "../core/plan/plan.ts";
import type { Oid } from "../core/repository.ts";
import type { Verification } from "../core/run/run.ts";
import type { AgentOutcome } from "../ports/agent.ts";
import type { TaskOffer } from "../ports/dispatch.ts";
import type { AgentResults, ChangedFile, Workspace, WorkspaceAnswer } from "../ports/workspaces.ts";
import { collect } from "./collect.ts";
import type { StepFailure } from "./failure.ts";
import { failed } from "./failure.ts";
import type { RunOptions, RunPorts } from "./ports.ts";
import type { LinesAnswer } from "./shell-lines.ts";
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

/** From an empty folder to a verified commit; nothing is published here. */
export async function attempt(run: Attempt): Promise<Finished | StepFailure> {
  const workspace = await prepare(run);
  if (workspace.kind === "failure") return workspace;
  const agent = await work(run, workspace.workspace);
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
    author: offer.author,
  };
  return workspaces.open(request, signal);
}

async function prepare(run: Attempt): Promise<{ kind: "ready"; workspace: Workspace } | StepFailure> {
  const { offer, ports, options, signal } = run;
  options.onPhase("preparing", "preparing a worktree");
  const answer = await run.opening;
  if (answer.kind === "empty") return failed("internal", `${offer.defaultBranch} has no commit to start from`);
  if (answer.kind === "branch-taken") {
    return failed("conflict", `the branch ${offer.lease.branch} is there and not this task's; delete or rename it`);
  }
  run.workspace = answer.workspace;
  if (offer.setup.length === 0) return answer;
  const setup = await runLines(ports.processes, lines(run, answer.workspace, offer.setup), signal);
  if (setup.kind !== "passed") return explain(run, setup, "setup-failed");
  await answer.workspace.settle();
  return answer;
}

async function work(
  run: Attempt,
  workspace: Workspace,
): Promise<Extract<AgentOutcome, { kind: "finished" }> | StepFailure> {
  const { offer, ports, options, signal } = run;
  options.onPhase("working", `${ports.agent.id} is at work`);
  const { timeoutMilliseconds, idleMilliseconds, network } = lines(run, workspace, []);
  const outcome = await ports.agent.run(
    {
      run: offer.run,
      plan: offer.plan,
      issue: offer.issue,
      task: offer.task,
      brief: formatBrief(offer),
      folders: workspace.folders,
      timeoutMilliseconds,
      idleMilliseconds,
      network,
      onOutput: options.onOutput,
      onProgress: (note) => options.onPhase("working", note),
    },
    signal,
  );
  run.usage = outcome.usage;
  if (signal.aborted) return stopped(run);
  return outcome.kind === "finished" ? outcome : failed(outcome.reason, outcome.message);
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
  const setup = await runLines(ports.processes, { ...lines(run, workspace, offer.setup), folders }, signal);
  if (setup.kind !== "passed") return explain(run, setup, "setup-failed");
  const checks = await runLines(ports.processes, { ...lines(run, workspace, offer.verify), folders }, signal);
  if (checks.kind !== "passed") return explain(run, checks, "verify-failed");
  const command = offer.verify.join(" && ").slice(0, 2_000);
  return { kind: "verified", verification: { kind: "passed", command, milliseconds: checks.milliseconds } };
}

/** Ten minutes: the longest silence of a command unless told otherwise. */
const defaultIdle = 600_000;

function lines({ offer, options }: Attempt, { folders }: Workspace, shellLines: readonly string[]) {
  return {
    lines: shellLines,
    folders,
    network: options.network,
    timeoutMilliseconds: offer.timeoutMinutes * 60_000,
    idleMilliseconds: options.idleMilliseconds ?? defaultIdle,
    onOutput: options.onOutput,
  };
}

function explain(run: Attempt, answer: LinesAnswer, kind: "setup-failed" | "verify-failed"): StepFailure {
  if (answer.kind !== "failed") return stopped(run);
  return failed(answer.reason === "exit" ? kind : answer.reason, answer.message);
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
