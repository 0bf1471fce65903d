import { Command, InvalidArgumentError } from "commander";
import { type PlaceFlags, withPlaceOptions } from "../client/options.ts";
import { runCommand } from "../failure.ts";

export interface ExecuteFlags extends PlaceFlags {
  readonly yes: boolean;
  readonly anyway: boolean;
  readonly follow: boolean;
  readonly dryRun: boolean;
}

/** The heading these stand under in the help. */
const group = "Plans:";

/** `coppice plan`, `plan-list`, `plan-continue`, `execute-plan`. */
export function planCommands(): readonly Command[] {
  return [planCommand(), listCommand(), continueCommand(), executeCommand()];
}

function planCommand(): Command {
  const command = new Command("plan")
    .description("open an issue for a goal, have it planned, and talk about the plan here")
    .argument("<goal>", "what is to be reached; several lines: the first is the issue's title", someText);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((goal: string, flags: PlaceFlags) =>
      runCommand(async () => (await import("./plan.ts")).planGoal(goal, flags)),
    );
}

function listCommand(): Command {
  const command = new Command("plan-list").description("list every plan of the repository");
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((flags: PlaceFlags) => runCommand(async () => (await import("./list.ts")).listPlans(flags)));
}

function continueCommand(): Command {
  const command = new Command("plan-continue")
    .description("go on talking about a plan")
    .argument("<number>", "the plan's issue", issueNumber);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((issue: number, flags: PlaceFlags) =>
      runCommand(async () => (await import("./plan.ts")).continuePlan(issue, flags)),
    );
}

function executeCommand(): Command {
  const command = new Command("execute-plan")
    .description("approve a plan exactly as it is shown, and follow it until it is done")
    .argument("<number>", "the plan's issue", issueNumber)
    .option("--yes", "approve without asking; needed where no terminal is", false)
    .option("--anyway", "waive the planner's open questions", false)
    .option("--no-follow", "end once it is approved")
    .option("--dry-run", "print what would be done now, and once it is approved, and do none of it", false);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((issue: number, flags: ExecuteFlags) =>
      runCommand(async () => (await import("./execute.ts")).executePlan(issue, flags)),
    );
}

/** A parser for commander: an issue's number, with or without #. */
export function issueNumber(text: string): number {
  const found = /^#?([1-9]\d{0,9})$/.exec(text.trim());
  if (found !== null) return Number(found[1]);
  throw new InvalidArgumentError("It must be an issue's number, such as 12.");
}

/** A parser for commander: something must be said, and GitHub must take it (60,000 characters). */
export function someText(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  if (text.length > 60_000) throw new InvalidArgumentError("It must be shorter than 60,000 characters.");
  return text.trim();
}
