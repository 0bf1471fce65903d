import type { CommandedIssue } from "../../ports/forge/issues.ts";
import type { Command } from "../../wire/commands/command.ts";
import { quote } from "../../wire/commands/command.ts";
import type { CommandLine } from "../../wire/commands/parse-commands.ts";
import { loadSpecialists } from "../specialists.ts";
import { giveAndNote, refusalText } from "./answer.ts";
import { whyNotTogether } from "./combinations.ts";
import type { HeldIntent } from "./intents.ts";
import { claim } from "./intents.ts";
import type { Memory } from "./memory.ts";
import type { InboxOptions, InboxPolicy } from "./options.ts";
import { post } from "./outbox.ts";
import { prepare } from "./prepare.ts";
import type { Letter } from "./process.ts";
import type { Settled } from "./settle.ts";
import { joined, settle } from "./settle.ts";

/** What somebody who may has written. */
export interface Orders {
  readonly commanded: CommandedIssue;
  readonly lines: readonly CommandLine[];
  readonly policy: InboxPolicy;
}

/** `waiting`: another hub is at it; everything later on this issue waits too. */
export type Processed = "done" | "waiting";

/** A plan that moves under a planner's hands is asked about again so many times in all. */
const maxRounds = 3;

/** Carries one comment's commands out, all or none. */
export async function obey(options: InboxOptions, memory: Memory, letter: Letter, orders: Orders): Promise<Processed> {
  const tell = telling(orders);
  const read = commandsOf(orders.lines);
  if (read.kind === "refused") return refuse(options, letter, tell(read.reason, read.at));
  const { commands } = read;
  const apart = whyNotTogether(commands);
  if (apart !== undefined) return refuse(options, letter, tell(apart));
  const models = options.planner.isModel && commands.some(asksPlanner);
  if (!models) {
    if (commands.some(({ verb }) => verb === "plan")) await options.forge.comments.react(letter.comment.id, "eyes");
    return carryOut({ options, letter, orders, commands, tell });
  }
  const claimed = await claim(options, memory, letter);
  if (claimed.kind !== "held") return claimed.kind === "theirs" ? "waiting" : "done";
  try {
    await options.forge.comments.react(letter.comment.id, "eyes");
    return await carryOut({ options, letter, orders, commands, tell, intent: claimed.intent });
  } finally {
    claimed.intent.stop();
  }
}

export async function refuse(options: InboxOptions, letter: Letter, text: string): Promise<"done"> {
  await giveAndNote(options, letter, { text, reaction: "confused" });
  return "done";
}

type Tell = (reason: string, at?: number) => string;

interface Work {
  readonly options: InboxOptions;
  readonly letter: Letter;
  readonly orders: Orders;
  readonly commands: readonly Command[];
  readonly tell: Tell;
  readonly intent?: HeldIntent;
}

async function carryOut(work: Work): Promise<Processed> {
  for (let round = 0; round < maxRounds; round++) {
    const settled = await oneRound(work);
    if (settled.kind !== "moved") return conclude(work, settled);
    work.options.store.doubt();
  }
  const reason = "the plan changed again and again meanwhile; look at it, then write the command again";
  return refuse(work.options, work.letter, work.tell(reason));
}

/** Everything is committed, or nothing was to be. */
type Round = Settled | { readonly kind: "said"; readonly text: string };

async function oneRound({ options, letter, orders, commands, tell, intent }: Work): Promise<Round> {
  const { store } = options;
  const { comment, marks } = letter;
  const { policy, commanded } = orders;
  const state = await store.load(comment.issue);
  const specialists = await loadSpecialists(options.code, options.log);
  const signal = intent?.signal ?? options.signal;
  const prepared = await prepare(commands, { options, comment, commanded, policy, state, specialists, signal });
  const asks = prepared.kind === "prepared" && prepared.acts.length === 0 && intent === undefined;
  if (asks) return { kind: "said", text: joined(prepared.says.map((say) => say(state))) };
  return settle({ store, comment, policy, marks, prepared, tell, intent });
}

/** What is committed already is only shown; a kill in between leaves the answer in the outbox. */
async function conclude({ options, letter, tell }: Work, round: Exclude<Round, { kind: "moved" }>): Promise<Processed> {
  const { issue, id: comment, createdAt: since } = letter.comment;
  switch (round.kind) {
    case "already":
      return "done";
    case "lost":
      return "waiting";
    case "refused":
      return refuse(options, letter, tell(round.reason, round.at));
    case "said":
      await giveAndNote(options, letter, { text: round.text, reaction: "+1" });
      return "done";
    case "told":
      await post(options, { issue, comment, since });
      await options.forge.comments.react(comment, "confused");
      return "done";
    case "changed":
      options.wake(issue);
      if (round.answered) await post(options, { issue, comment, since });
      await options.forge.comments.react(comment, "+1");
      return "done";
  }
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
