import { join } from "node:path";
import { noUsage } from "../../core/plan/plan.ts";
import type { Agent, AgentOutcome, AgentRequest } from "../../ports/agent.ts";
import type { Processes, ProcessOutcome } from "../../ports/sandbox.ts";

/** Beginning and end of the output kept, bytes each. */
const keepBytes = 1024 * 1024;

/** An agent that is any shell line; the task arrives as files in `.coppice/` and as variables. `id` is `command:<line>`. */
export function createCommandAgent(id: string, processes: Processes): Agent {
  const line = id.slice("command:".length);
  return {
    id,
    available: async () => "shell",
    run: async (request, signal) => {
      request.onProgress("running the command");
      const outcome = await processes.run(
        {
          file: "/bin/sh",
          args: ["-c", line],
          folders: request.folders,
          env: variables(request),
          network: request.network,
        },
        {
          timeoutMilliseconds: request.timeoutMilliseconds,
          idleMilliseconds: request.idleMilliseconds,
          keepBytes,
          onOutput: request.onOutput,
        },
        signal,
      );
      return judge(outcome, request);
    },
  };
}

function variables({ task, plan, issue, run, folders }: AgentRequest): Record<string, string> {
  const shared = join(folders.worktree, ".coppice");
  return {
    COPPICE_TASK_FILE: join(shared, "task.md"),
    COPPICE_TASK_JSON: join(shared, "task.json"),
    COPPICE_TASK_KEY: task.key,
    COPPICE_TASK_TITLE: task.title,
    COPPICE_SPECIALIST: task.specialist,
    COPPICE_PLAN: String(plan),
    COPPICE_ISSUE: String(issue),
    COPPICE_RUN: run,
    COPPICE_CONTEXT: join(shared, "context"),
    COPPICE_OUT: join(shared, "out"),
  };
}

function judge(outcome: ProcessOutcome, request: AgentRequest): AgentOutcome {
  const usage = noUsage;
  switch (outcome.kind) {
    case "exited":
      if (outcome.code === 0) return { kind: "finished", usage };
      return fail("agent-failed", `the command ended with exit code ${outcome.code}${lastLine(outcome.output)}`);
    case "killed":
      return fail("agent-failed", `the command was killed by ${outcome.signal}${lastLine(outcome.output)}`);
    case "not-started":
      return fail("agent-failed", `the command could not be started: ${outcome.reason}`);
    case "timed-out":
      return fail("timed-out", `the command took longer than ${minutes(request.timeoutMilliseconds)}`);
    case "stalled":
      return fail("stalled", `the command printed nothing for ${minutes(request.idleMilliseconds)}`);
    case "stopped":
      return fail("stopped", "the command was stopped");
  }
}

function fail(reason: Extract<AgentOutcome, { kind: "failed" }>["reason"], message: string): AgentOutcome {
  return { kind: "failed", reason, message, usage: noUsage };
}

function lastLine(output: string): string {
  const line = output.trimEnd().split("\n").at(-1)?.trim();
  return line ? `: ${line.slice(-300)}` : "";
}

function minutes(milliseconds: number): string {
  return milliseconds < 120_000 ? `${Math.round(milliseconds / 1_000)} s` : `${Math.round(milliseconds / 60_000)} min`;
}
