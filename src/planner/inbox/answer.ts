import type { CommentView } from "../../ports/forge/comments.ts";
import type { IssueDetail } from "../../ports/forge/issues.ts";
import type { Command } from "../../wire/commands/command.ts";
import { formatHelp } from "../../wire/commands/registry.ts";
import { planPath } from "../../wire/ledger-paths.ts";
import { neutralise, neutraliseLine } from "../../wire/neutralise.ts";
import { formatPlanDetails, ledgerFileUrl, maxBodyLength } from "../../wire/render/plan-comment.ts";
import { findAnswerMarker, formatAnswerMarker } from "../../wire/render/plan-marker.ts";
import { noPlan } from "./carry-out.ts";
import type { InboxOptions } from "./options.ts";

/** Markdown of ours, already neutral. */
export type Answer = string;

/** What a command that asks is answered; undefined for commands that do. */
export async function answerTo(
  command: Command,
  { store, status }: Pick<InboxOptions, "store" | "status">,
  { issue, comment, prefixed }: { issue: IssueDetail; comment: CommentView; prefixed: boolean },
): Promise<Answer | undefined> {
  switch (command.verb) {
    case "help":
      return formatHelp(prefixed);
    case "view": {
      const state = await store.load(comment.issue);
      const ledgerUrl = ledgerFileUrl(issue.url, planPath(comment.issue));
      return state === undefined
        ? `${capital(noPlan)}.`
        : formatPlanDetails({ state, progress: [], prefixed, ledgerUrl });
    }
    case "status": {
      const state = await store.load(comment.issue);
      return state === undefined
        ? `${capital(noPlan)}.`
        : neutralise(await status(comment.issue), maxBodyLength - 1_000);
    }
    default:
      return undefined;
  }
}

/** Posts an answer once: one that is in the thread already, by us, is not given again. */
export async function giveAnswer(
  { forge }: Pick<InboxOptions, "forge">,
  { comment, thread }: { comment: CommentView; thread: readonly CommentView[] },
  text: Answer,
): Promise<void> {
  if (text === "") return;
  const given = thread.some(({ author, body }) => author === forge.botLogin && findAnswerMarker(body) === comment.id);
  if (given) return;
  const body = text.includes("\n") ? text : safeLine(text);
  await forge.comments.create(comment.issue, `${formatAnswerMarker(comment.id)}\n${body}`.slice(0, maxBodyLength));
}

/** Refusals repeat what people wrote. */
function safeLine(text: string): string {
  return neutraliseLine(text, 2_000);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
