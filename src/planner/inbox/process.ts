import { wasCarriedOut } from "../../core/plan/carried-out.ts";
import type { CommentView } from "../../ports/forge/comments.ts";
import type { CommandLine } from "../../wire/commands/parse-commands.ts";
import { parseCommands } from "../../wire/commands/parse-commands.ts";
import type { Identity } from "../../wire/commands/who-may.ts";
import { botIdentity, levelOf, personIdentity, verdict } from "../../wire/commands/who-may.ts";
import { refusalText } from "./answer.ts";
import type { Processed } from "./carry-out.ts";
import { refuse } from "./carry-out.ts";
import { readCommanded } from "./commanded.ts";
import type { Letter } from "./letter.ts";
import { isFresh } from "./letter.ts";
import { isApplied } from "./marks.ts";
import type { Memory } from "./memory.ts";
import { obey } from "./obey.ts";
import type { InboxOptions, InboxPolicy } from "./options.ts";

/** Deals with one comment: nothing, a reaction, an answer, or a change of the plan. Throws what is worth another try. */
export async function processComment(options: InboxOptions, memory: Memory, letter: Letter): Promise<Processed> {
  const { comment } = letter;
  const { forge, store } = options;
  const policy = await options.policy();
  const found = parseCommands(comment.body, readingOf(options, policy));
  if (found.length === 0) return "done";
  // What people write answers what they see: another hub may have changed the plan a moment ago.
  store.doubt(isFresh(letter, options.clock) ? letter.seen.ledger : undefined);
  if (isApplied(await store.marks(), comment)) return "done";
  const state = await store.load(comment.issue);
  const lines = state === undefined ? found.filter((line) => line.kind !== "near") : found;
  if (lines.length === 0) return "done";
  // An old command whose comment was edited later is not asked for again.
  if (state !== undefined && wasCarriedOut(state, comment)) return "done";
  const commanded = await readCommanded(options, letter);
  if (commanded === undefined) return "done";
  const edited = commanded.commentEditedAt !== undefined || comment.updatedAt !== comment.createdAt;
  switch (verdict(levelOf(lines), await identify(options, comment, policy), edited ? "edited" : "created")) {
    case "ignored":
      return "done";
    case "reaction":
      await forge.comments.react(comment.id, "confused");
      return "done";
    case "asked-again":
      return refuse(options, letter, refusalText(askedAgain, policy.commands === "prefixed"));
    case "obeyed":
      return obey(options, memory, letter, { commanded, lines, policy });
  }
}

/** Tells the author that it failed after several tries; throws, and so waits on, while it is unknown who may be told. */
export async function giveUp(options: InboxOptions, letter: Letter, reason: string): Promise<void> {
  const { comment } = letter;
  const policy = await options.policy();
  const lines: readonly CommandLine[] = parseCommands(comment.body, readingOf(options, policy));
  const identity = await identify(options, comment, policy);
  if (verdict(levelOf(lines), identity, "created") !== "obeyed") return;
  const text = `${reason}. Nothing was changed; write the command again when that is mended`;
  await refuse(options, letter, refusalText(text, policy.commands === "prefixed"));
}

const askedAgain = "an edited comment is not read as a command; write it again as a new comment";

function readingOf({ forge }: InboxOptions, { commands }: InboxPolicy) {
  return { prefixed: commands === "prefixed", mention: forge.botLogin.replace(/\[bot\]$/, "") };
}

/** An API that fails denies, by throwing. */
async function identify({ forge }: InboxOptions, comment: CommentView, { bots }: InboxPolicy): Promise<Identity> {
  const { author, authorIsBot } = comment;
  const bot = botIdentity(author, { botLogin: forge.botLogin, bots });
  if (bot !== undefined) return bot;
  return authorIsBot ? "bot" : personIdentity(await forge.permissions.of(author));
}
