import { verbs } from "../../wire/commands/registry.ts";
import { neutraliseLine } from "../../wire/neutralise.ts";
import type { Letter } from "./letter.ts";
import { withApplied } from "./marks.ts";
import type { InboxOptions } from "./options.ts";
import { giveOnce } from "./outbox.ts";

/** Nothing was changed: the answer is given first and noted after, so that it is never lost. */
export async function giveAndNote(
  { forge, store }: Pick<InboxOptions, "forge" | "store">,
  { comment, marks }: Letter,
  { text, reaction }: { readonly text: string; readonly reaction: "+1" | "confused" },
): Promise<void> {
  const { issue, id, createdAt: since } = comment;
  if (text !== "") await giveOnce(forge, { issue, comment: id, since }, text);
  await forge.comments.react(id, reaction);
  await store.moveMarks((stored) => withApplied(stored ?? marks, comment));
}

/** A refusal as the thread reads it, in one line. */
export function refusalText(reason: string, prefixed: boolean): string {
  const line = `Not done: ${prefixed ? inOwnForm(reason) : reason}.`.replace(/([.?!])\.$/, "$1");
  // Refusals repeat what people wrote.
  return neutraliseLine(line, 2_000);
}

/** Where only `/coppice <verb>` counts, advice is given in that form; what people wrote stands in code and stays. */
function inOwnForm(reason: string): string {
  return reason.replace(new RegExp(`(?<![\`\\w/])/(?=(?:${verbs.join("|")})\\b)`, "g"), "/coppice ");
}
