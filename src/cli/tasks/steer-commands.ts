import { Command, InvalidArgumentError, Option } from "commander";
import { priorities } from "../../core/task/task.ts";
import { type PlaceFlags, withPlaceOptions } from "../client/options.ts";
import { runCommand } from "../failure.ts";
import { issueNumber } from "../plans/command.ts";
import { type TaskName, taskName } from "./command.ts";

/** The heading these stand under in the help. */
const group = "Steering:";

export interface RetryFlags extends PlaceFlags {
  readonly agent?: string;
}

/** `coppice pause`, `resume`, `stop`, `retry`, `priority`, `assign`, `agents`: what `/pause` and so on are in the thread. */
export function steerCommands(): readonly Command[] {
  return [
    planOrTask("pause", "start nothing more and merge nothing of a plan, or of one task"),
    planOrTask("resume", "let a paused plan or a paused or stopped task go on"),
    stopCommand(),
    retryCommand(),
    priorityCommand(),
    assignCommand(),
    agentsCommand(),
  ];
}

function planOrTask(verb: "pause" | "resume", description: string): Command {
  const command = new Command(verb)
    .description(description)
    .argument("<number>", "a plan's issue (12), a task's issue (14), or plan and key (12/T3)", taskName);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((name: TaskName, flags: PlaceFlags) => steer({ verb, name }, flags));
}

function stopCommand(): Command {
  const command = new Command("stop").description("end what runs of a task; its work so far is kept");
  return ofTask(command).action((name: TaskName, flags: PlaceFlags) => steer({ verb: "stop", name }, flags));
}

function retryCommand(): Command {
  const command = new Command("retry")
    .description("begin a task's attempts anew")
    .addOption(new Option("--agent <agent>", "with another agent").argParser(oneWord));
  return ofTask(command).action((name: TaskName, flags: RetryFlags) =>
    steer({ verb: "retry", name, words: flags.agent === undefined ? "" : `with ${flags.agent}` }, flags),
  );
}

function priorityCommand(): Command {
  const command = new Command("priority").description("say what goes first among tasks that are ready");
  return ofTask(command)
    .argument("<priority>", priorities.join(", "), priority)
    .action((name: TaskName, words: string, flags: PlaceFlags) => steer({ verb: "priority", name, words }, flags));
}

function assignCommand(): Command {
  const command = new Command("assign").description("give a task to another specialist or agent");
  return ofTask(command)
    .argument("<who>", "a specialist's or an agent's name", oneWord)
    .action((name: TaskName, words: string, flags: PlaceFlags) => steer({ verb: "assign", name, words }, flags));
}

function agentsCommand(): Command {
  const command = new Command("agents")
    .description("which worker and agent does what, and who is free")
    .argument("[number]", "a plan's issue: needed on GitHub, where the answer stands in its thread", issueNumber);
  return withPlaceOptions(command)
    .helpGroup(group)
    .action((issue: number | undefined, flags: PlaceFlags) =>
      runCommand(async () => (await import("./agents.ts")).agents(issue, flags)),
    );
}

function ofTask(command: Command): Command {
  command.argument("<task>", "the task's issue (14), or plan and key (12/T3)", taskName);
  return withPlaceOptions(command).helpGroup(group);
}

type Steer = Parameters<typeof import("./steer.ts").steer>[0];

function steer(what: Steer, flags: PlaceFlags): Promise<void> {
  return runCommand(async () => (await import("./steer.ts")).steer(what, flags));
}

function oneWord(text: string): string {
  if (/^\S+$/.test(text)) return text;
  throw new InvalidArgumentError("It must be one word, such as docs-writer or codex.");
}

function priority(text: string): string {
  const found = priorities.find((one) => one === text.toLowerCase());
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It must be one of ${priorities.join(", ")}.`);
}
