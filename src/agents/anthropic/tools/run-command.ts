import { z } from "zod";
import type { ProcessOutcome } from "../../../ports/sandbox.ts";
import { defineTool } from "../tool.ts";

export const runCommandTool = defineTool({
  name: "run_command",
  description: "Runs a shell line in the worktree, confined, without standard input; gives its exit code and output.",
  input: z.strictObject({
    command: z.string().min(1).max(20_000),
    timeout_seconds: z.number().int().min(1).max(600).default(120),
  }),
  describe: ({ command }) => command.replace(/\s+/g, " "),
  run: async ({ command, timeout_seconds }, { request, processes, signal }) => {
    const outcome = await processes.run(
      { file: "/bin/sh", args: ["-c", command], folders: request.folders, env: {}, network: request.network },
      { timeoutMilliseconds: timeout_seconds * 1_000, keepBytes: 14_000 },
      signal,
    );
    return `${ending(outcome, timeout_seconds)}\n${outcome.output}`;
  },
});

function ending(outcome: ProcessOutcome, seconds: number): string {
  switch (outcome.kind) {
    case "exited":
      return `exit code ${outcome.code}`;
    case "killed":
      return `killed by ${outcome.signal}`;
    case "not-started":
      return `could not be started: ${outcome.reason}`;
    case "timed-out":
      return `ended after ${seconds} s, its time-out`;
    case "stalled":
    case "stopped":
      return outcome.kind;
  }
}
