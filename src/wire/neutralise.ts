import { visibleText } from "./visible-text.ts";

/** Parts a pair of characters that would act together; invisible, and no word character, so that nothing matches across it. */
const gap = "\u200b";

/**
 * Foreign text made harmless for a Markdown body: nobody is pinged, nothing is closed, no bot is commanded, no HTML is
 * opened, nothing is hidden; at most `limit` characters, and code fences left open are closed.
 */
export function neutralise(text: string, limit = 8_000): string {
  return closeFence(cut(disarm(visibleText(text)), limit)).trim();
}

/** The same for one line (titles, table cells, commit subjects): line ends and runs of blanks become one blank. */
export function neutraliseLine(text: string, limit = 200): string {
  return cut(disarm(visibleText(text).replace(/\s+/g, " ").trim()), limit);
}

/** A neutral line that is safe inside a table cell and as link text. */
export function neutraliseCell(text: string, limit = 200): string {
  return neutraliseLine(text, limit).replace(/[\\|[\]`*_~]/g, "\\$&");
}

function disarm(text: string): string {
  return text
    .replace(/(?<=^|\W)@(?=[a-z0-9_])/gi, `@${gap}`)
    .replace(closing, (word) => `${word.slice(0, 1)}${gap}${word.slice(1)}`)
    .replace(/<(?=[a-z/!?])/gi, `<${gap}`)
    .replace(/^((?:[^\S\n]|[>*+-]|\d+[.)][^\S\n])*)(?=[/\uff0f])/gm, `$1${gap}`);
}

/** GitHub's closing keywords before anything that can name an issue. */
const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:?\s+(?:#|gh-|https?:|[\w.-]+\/[\w.-]+#))/gi;

/** Counted in UTF-16 units, as GitHub's limits are; a pair is never split. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function closeFence(text: string): string {
  let open: string | undefined;
  for (const line of text.split("\n")) {
    const fence = /^[ >]*(`{3,}|~{3,})(.*)$/.exec(line);
    const mark = fence?.[1];
    if (mark === undefined) continue;
    if (open === undefined) open = mark;
    else if (mark.startsWith(open) && fence?.[2]?.trim() === "") open = undefined;
  }
  return open === undefined ? text : `${text}\n${open}`;
}
