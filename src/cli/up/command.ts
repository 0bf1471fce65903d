import { Command } from "commander";
import { runCommand } from "../failure.ts";
import { mergeOption, plannerOption, type UpFlags, withUpOptions } from "./options.ts";

/** `coppice up`: forge, app, hub and workers over a local repository, until it is told to stop. */
export function upCommand(): Command {
  const command = new Command("up")
    .description("plan, queue, agents and pull requests for a local git repository, without any account")
    .option("--repo <path>", "the git repository", ".");
  return withUpOptions(command)
    .addOption(plannerOption)
    .option("--agent <name>", "who works: anthropic, or command:<shell line> (default: anthropic where there is a key)")
    .addOption(mergeOption)
    .option("--json", "print one line of JSON when ready, and nothing else", false)
    .option("--dangerously-no-sandbox", "run agents without a sandbox: they can do all that you can do", false)
    .option("--allow-network", "let sandboxed commands use the network", false)
    .action((flags: UpFlags) => runCommand(async () => (await import("./run.ts")).up(flags)));
}
