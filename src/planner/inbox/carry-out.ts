import type { Usage } from "../../core/plan/plan.ts";
import { noUsage } from "../../core/plan/plan.ts";
import { addUsage } from "../../core/plan/usage.ts";
import type { CommandedIssue } from "../../ports/forge/issues.ts";
import type { Command } from "../../wire/commands/command.ts";
import type { CommandLine } from "../../wire/commands/parse-commands.ts";
import { loadSpecialists } from "../specialists.ts";
import { giveAndNote } from "./answer.ts";
import { isGone } from "./commanded.ts";
import type { HeldIntent } from "./intents.ts";
import type { Letter } from "./letter.ts";
import type { InboxOptions, InboxPolicy } from "./options.ts";
import { post } from "./outbox.ts";
import type { Prepared } from "./prepare.ts";
import { prepare } from "./prepare.ts";
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

/** A refusal in the thread's words; `at` is the line it is about. */
export type Tell = (reason: string, at?: number) => string;

export interface Work {
  readonly options: InboxOptions;
  readonly letter: Letter;
  readonly orders: Orders;
  readonly commands: readonly Command[];
  readonly tell: Tell;
  readonly intent?: HeldIntent;
}

/** A plan that moves under a planner's hands is asked about again so many times in all. */
const maxRounds = 3;

/** Asks, decides, commits and answers; again where the plan moved meanwhile. */
export async function carryOut(work: Work): Promise<Processed> {
  let spent = noUsage;
  for (let round = 0; round < maxRounds; round++) {
    const prepared = await askBefore(work, spent);
    spent = prepared.usage;
    const settled = await settleRound(work, prepared);
    if (settled.kind !== "moved") return conclude(work, settled);
    work.options.store.doubt();
  }
  const reason = "the plan changed again and again meanwhile; look at it, then write the command again";
  const given = await settleRound(work, { kind: "refused", reason, usage: spent });
  return given.kind === "moved" ? "waiting" : conclude(work, given);
}

/** What earlier rounds cost counts too. */
async function askBefore({ options, letter, orders, commands, intent }: Work, spent: Usage): Promise<Prepared> {
  const { comment } = letter;
  const { policy, commanded } = orders;
  const state = await options.store.load(comment.issue);
  const specialists = await loadSpecialists(options.code, options.log);
  const signal = intent?.signal ?? options.signal;
  const prepared = await prepare(commands, { options, comment, commanded, policy, state, specialists, signal });
  const usage = addUsage(spent, prepared.usage);
  // Whoever deletes a command while a model thinks about it has thought better of it.
  const gone = intent !== undefined && (await isGone(options, comment));
  return gone ? { kind: "refused", reason: "", usage } : { ...prepared, usage };
}

/** Everything is committed, or nothing was to be. */
type Round = Settled | { readonly kind: "said"; readonly text: string };

async function settleRound({ options, letter, orders, tell, intent }: Work, prepared: Prepared): Promise<Round> {
  const { store, hubId: hub, life } = options;
  const { comment, marks } = letter;
  const asks = prepared.kind === "prepared" && prepared.acts.length === 0 && intent === undefined;
  if (!asks) return settle({ store, hub, life, comment, policy: orders.policy, marks, prepared, tell, intent });
  const state = await store.load(comment.issue);
  return { kind: "said", text: joined(prepared.says.map((say) => say(state))) };
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

export async function refuse(options: InboxOptions, letter: Letter, text: string): Promise<"done"> {
  await giveAndNote(options, letter, { text, reaction: "confused" });
  return "done";
}
