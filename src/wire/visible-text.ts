import { stripVTControlCharacters } from "node:util";

/**
 * What a reader cannot see but a machine obeys: controls (line ends and tabs aside), format characters (zero-width,
 * bidirectional, tags, soft hyphen), lone surrogates, and letters and joiners that show as nothing.
 */
const hidden = /(?![\n\t])\p{Cc}|\p{Cf}|\p{Cs}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0/gu;

/**
 * The text without what cannot be seen: terminal escapes, controls, zero-width, bidirectional and tag characters. Line ends
 * become \n; what only some programs take for one ends no line in Markdown and becomes a blank.
 */
export function visibleText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\u2028\u2029\u0085\v\f]/g, " ")
    .replace(/\r\n?/g, "\n")
    .replace(hidden, "");
}
