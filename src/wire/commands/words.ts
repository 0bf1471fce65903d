import { refuse } from "../../core/plan/refuse.ts";

/** What stands on the line and the fenced block below it, as one text. */
export function wordsOf(text: string, block: string | undefined): string {
  return [text, block ?? ""].filter((part) => part !== "").join("\n\n");
}

/** A refusal when `text` has more than `most` UTF-16 units. */
export function tooLong(name: string, text: string, { most, hint }: { most: number; hint?: string }) {
  if (text.length <= most) return undefined;
  const end = hint === undefined ? "" : `: ${hint}`;
  return refuse(`the ${name} has ${text.length} characters; at most ${most} are allowed${end}`);
}
