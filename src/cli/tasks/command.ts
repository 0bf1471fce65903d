import { Command, InvalidArgumentError, Option } from "commander";
import { priorities } from "../../core/task/task.ts";
import { type PlaceFlags, withPlaceOptions } from "../client/options.ts";
import { runCommand } from "../failure.ts";
import { issueNumber, someText } from "../plans/command.ts";

export interface SubmitFlags extends PlaceFlags {
  readonly decompose: boolean;
  readonly agent?: string;
  readonly priority?: string;
  readonly follow: boolean;
}

/** A task as somebody names it: by its own issue, or by plan and key. */
export type TaskName = { readonly issue: number } | { readonly plan: number; readonly key: `T${number}` };

/** The heading these stand under in the help. */
const group = "Tasks:";

export interface ApiFlags extends PlaceFlags {
  readonly plan?: number;
}

/** `coppice submit`, `status`, `task`, `explain`, `api`. */
export function taskCommands(): readonly Command[] {
  return [submitCommand(), statusCommand(), taskCommand(), explainCommand(), apiCommand()];
}

function submitCommand(): Command {
  const command = new Command("submit")
    .description("put one task straight into the queue, without a talk")
    .argument("<task>", "what is to be done; several lines: the first is the title", someText)
    .option("--decompose", "it is a goal: plan it and approve the plan in one go", false)
    .option("--agent <specialist>", "who it is for", specialist)
    .addOption(new Option("--priority <priority>", "what goes first").choices(priorities))
    .option("--follow", "follow it until it is done", false);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((text: string, flags: SubmitFlags) =>
      runCommand(async () => (await import("./submit.ts")).submit(text, flags)),
    );
}

function statusCommand(): Command {
  const command = new Command("status")
    .description("what runs, waits and failed: in every approved plan, or in one")
    .argument("[number]", "a plan's issue", issueNumber);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((issue: number | undefined, flags: PlaceFlags) =>
      runCommand(async () => (await import("./status.ts")).status(issue, flags)),
    );
}

function taskCommand(): Command {
  const command = new Command("task")
    .description("one task in full: what it is, how far it is, what its agent said")
    .argument("<number>", "the task's issue (14), or plan and key (12/T3)", taskName);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((name: TaskName, flags: PlaceFlags) =>
      runCommand(async () => (await import("./task.ts")).showTask(name, flags)),
    );
}

function explainCommand(): Command {
  const command = new Command("explain")
    .description("why a task, or each task of a plan, is running or is not, and what would help")
    .argument("<number>", "a task's issue (14), plan and key (12/T3), or a plan's issue (12)", taskName);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((name: TaskName, flags: PlaceFlags) =>
      runCommand(async () => (await import("./explain.ts")).explain(name, flags)),
    );
}

function apiCommand(): Command {
  const command = new Command("api")
    .description("what was asked of the forge's API in the last day, by route, plan and hour")
    .option("--plan <number>", "for one plan alone: its issue", issueNumber);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((flags: ApiFlags) => runCommand(async () => (await import("./api.ts")).showApi(flags)));
}

function specialist(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,79}$/.test(text)) return text;
  throw new InvalidArgumentError("A specialist's name is letters, digits and dashes.");
}

/** A parser for commander: `14`, `#14`, `12/T3` or `#12/T3`. */
export function taskName(text: string): TaskName {
  const found = /^#?([1-9]\d{0,9})(?:\/[Tt]([1-9]\d{0,5}))?$/.exec(text.trim());
  if (found === null) throw new InvalidArgumentError("It must be a task's issue such as 14, or plan and key: 12/T3.");
  const number = Number(found[1]);
  return found[2] === undefined ? { issue: number } : { plan: number, key: `T${Number(found[2])}` };
}
