import { Command } from "commander";
import { type PlaceFlags, withPlaceOptions } from "../client/options.ts";
import { runCommand } from "../failure.ts";
import { type AgentFlags, numberBetween, withAgentOptions } from "../up/options.ts";

export interface RunFlags extends AgentFlags, Omit<PlaceFlags, "json" | "repository"> {
  readonly maxAgents: number;
  readonly untilIdle: boolean;
  readonly json: boolean;
}

/** `coppice run`: a worker for the hub of a running `up`, or for the one COPPICE_HUB names. */
export function runWorkerCommand(): Command {
  const command = new Command("run")
    .description("work on what is approved: a worker for a running `coppice up` (or the hub in COPPICE_HUB)")
    .option("--max-agents <number>", "tasks at once", numberBetween(1, 32), 3)
    .option("--until-idle", "end when nothing is left to do; 1 when what is left has failed", false);
  return withAgentOptions(withPlaceOptions(command, { local: true }))
    .helpGroup("Tasks:")
    .action((flags: RunFlags) => runCommand(async () => (await import("./run.ts")).runWorker(flags)));
}
