import { Command } from "commander";
import { runCommand } from "../failure.ts";
import { mergeOption, plannerOption, type UpFlags, withAgentOptions, withUpOptions } from "./options.ts";

/** `coppice up`: forge, app, hub and workers over a local repository, until it is told to stop. */
export function upCommand(): Command {
  const command = new Command("up")
    .description("plan, queue, agents and pull requests for a local git repository, without any account")
    .option("--repo <path>", "the git repository", ".");
  return withAgentOptions(withUpOptions(command, { leastWorkers: 0 }))
    .addOption(plannerOption)
    .addOption(mergeOption)
    .option("--faults <file>", "have the forge misbehave as the file says, to see that nothing gets lost")
    .option("--dry-run", "print what would be done about the plans that are there, and do none of it", false)
    .option("--json", "print one line of JSON when ready (or the dry run as one), and nothing else", false)
    .helpGroup("Everything here:")
    .action((flags: UpFlags) => runCommand(async () => (await import("./run.ts")).up(flags)));
}
