import { Command } from "commander";
import { runCommand } from "../failure.ts";
import { withUpOptions } from "../up/options.ts";

export interface DemoFlags {
  readonly port: number;
  readonly data?: string;
  readonly workers: number;
  readonly exit: boolean;
}

/** `coppice demo`: a sample project goes from an issue to merged pull requests while you watch. */
export function demoCommand(): Command {
  const command = new Command("demo").description("watch a sample project go from an issue to merged pull requests");
  return withUpOptions(command, { leastWorkers: 1 })
    .option("--exit", "end when the plan is done; the exit code tells whether all went well", false)
    .helpGroup("Everything here:")
    .action((flags: DemoFlags) => runCommand(async () => (await import("./run.ts")).demo(flags)));
}
