import type { Command } from "../../wire/commands/command.ts";
import { quote } from "../../wire/commands/command.ts";
import type { CommandLine } from "../../wire/commands/parse-commands.ts";
import { refusalText } from "./answer.ts";
import type { Orders, Processed, Tell, Work } from "./carry-out.ts";
import { carryOut, refuse } from "./carry-out.ts";
import { whyNotTogether } from "./combinations.ts";
import { claim } from "./intents.ts";
import type { Letter } from "./letter.ts";
import type { Memory } from "./memory.ts";
import type { InboxOptions } from "./options.ts";

/** Carries one comment's commands out, all or none. */
export async function obey(options: InboxOptions, memory: Memory, letter: Letter, orders: Orders): Promise<Processed> {
  const tell = telling(orders);
  const read = commandsOf(orders.lines);
  if (read.kind === "refused") return refuse(options, letter, tell(read.reason, read.at));
  const { commands } = read;
  const apart = whyNotTogether(commands);
  if (apart !== undefined) return refuse(options, letter, tell(apart));
  const asking = options.planner.isModel ? commands.filter(asksPlanner).length : 0;
  if (asking > maxAsking) return refuse(options, letter, tell(tooMany(asking)));
  const work = { options, letter, orders, commands, tell };
  if (asking === 0) return commands.some(({ verb }) => verb === "plan") ? carryOutSeen(work) : carryOut(work);
  const claimed = await claim(options, memory, letter);
  if (claimed.kind !== "held") return claimed.kind === "theirs" ? "waiting" : "done";
  try {
    return await carryOutSeen({ ...work, intent: claimed.intent });
  } finally {
    claimed.intent.stop();
  }
}

/** Its author sees that somebody is at it; nothing waits for that, so that the reaction may travel with what is written anyway. */
async function carryOutSeen(work: Work): Promise<Processed> {
  const { options, letter } = work;
  const seen = options.forge.comments.react(letter.comment.id, "eyes");
  const [processed, reacted] = await Promise.allSettled([carryOut(work), seen]);
  if (processed.status === "rejected") throw processed.reason;
  if (reacted.status === "rejected") throw reacted.reason;
  return processed.value;
}

/** Commands of one comment that may ask a model: each is a turn to be paid, and paid again where the plan moves meanwhile. */
const maxAsking = 3;

function tooMany(asking: number): string {
  return `${asking} commands in this comment ask the planner; at most ${maxAsking} are allowed in one, and nothing was done`;
}

/** Which verbs have the planner asked, and so cost money where it is a model. */
function asksPlanner(command: Command): boolean {
  switch (command.verb) {
    case "plan":
    case "discuss":
    case "split":
      return true;
    case "modify":
      return command.text !== undefined;
    case "submit":
      return "decompose" in command;
    case "amend":
      return command.change !== undefined && asksPlanner(command.change);
    default:
      return false;
  }
}

type Read =
  | { readonly kind: "read"; readonly commands: readonly Command[] }
  | { readonly kind: "refused"; readonly reason: string; readonly at: number };

function commandsOf(lines: readonly CommandLine[]): Read {
  const commands: Command[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.kind === "refused") return { kind: "refused", reason: line.reason, at };
    if (line.kind === "near") return { kind: "refused", reason: `did you mean /${line.verb}?`, at };
    commands.push(line.command);
  }
  return { kind: "read", commands };
}

/** Says which line is meant, where there are several, and that none was carried out. */
function telling({ lines, policy }: Orders): Tell {
  return (reason, at) => {
    const line = at === undefined || lines.length < 2 ? undefined : lines[at];
    const whole =
      line === undefined ? reason : `\`${quote(line.text)}\`: ${reason}; nothing in this comment was carried out`;
    return refusalText(whole, policy.commands === "prefixed");
  };
}
