import { visibleText } from "../../wire/visible-text.ts";
import { markdownText } from "../screen/markdown-text.ts";
import type { Screen } from "../screen/screen.ts";
import type { Reply } from "./ask.ts";

/** What the app said, for the terminal; one line without a screen. */
export function explainReply(reply: Reply, screen?: Screen): string {
  if (reply.kind === "ignored") {
    return "Not done: Coppice takes this command only from people who may write in the repository.";
  }
  return screen === undefined ? visibleText(reply.text).replace(/\s+/g, " ").trim() : markdownText(reply.text, screen);
}
