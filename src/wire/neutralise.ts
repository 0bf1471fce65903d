import MarkdownIt from "markdown-it";
import { visibleText } from "./visible-text.ts";

/** Parts a pair of characters that would act together; invisible, and no word character, so that nothing matches across it. */
const gap = "\u200b";

/**
 * Foreign text made harmless for a Markdown body: nobody is pinged, nothing is closed, no bot is commanded, no HTML is
 * opened, nothing is hidden (what a link or an image would hide is shown as it was written); at most `limit` characters, and
 * a code fence left open is closed: what stands below it, after an empty line, is a paragraph.
 */
export function neutralise(text: string, limit = 8_000): string {
  return closeFence(cut(disarm(visibleText(text)), limit).trim());
}

/** The same for one line (titles, table cells, commit subjects): line ends and runs of blanks become one blank. */
export function neutraliseLine(text: string, limit = 200): string {
  return cut(disarm(visibleText(text).replace(/\s+/g, " ").trim()).replace(/^(?=`{3}|~{3})/, gap), limit);
}

/** A neutral line that is safe inside a table cell and as link text. */
export function neutraliseCell(text: string, limit = 200): string {
  return neutraliseLine(text, limit).replace(/[\\|[\]`*_~]/g, "\\$&");
}

function disarm(text: string): string {
  return unhide(text)
    .replace(/(?<![a-z0-9])@(?=[a-z0-9_])/gi, `@${gap}`)
    .replace(/&(?=#|[a-z][a-z0-9]*;)/gi, `&${gap}`)
    .replace(closing, (word) => `${word.slice(0, 1)}${gap}${word.slice(1)}`)
    .replace(/<(?=[a-z/!?])/gi, `<${gap}`)
    .replace(/^((?:[^\S\n]|[>*+-]|\d+[.)][^\S\n])*)(?=[/\uff0f])/gm, `$1${gap}`);
}

/** GitHub's closing keywords before anything that can name an issue; owners and repositories have at most 100 characters. */
const closing =
  /(?<![a-z0-9])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?![a-z0-9])(?=[\s:\\*_~[(]*(?:#|gh-|https?:|[\w.-]{1,100}\/[\w.-]{1,100}#))/gi;

/** Parts what Markdown would not show: definitions, images, links without words, with a title or with a target of words. */
function unhide(text: string): string {
  return text
    .replace(/\](?=:)/g, `]${gap}`)
    .replace(/!(?=\[)/g, `!${gap}`)
    .replace(/\[[\s>\u2800]*\](?=\()/g, `$&${gap}`)
    .replace(/\](?=\(\s*(?:<|\S{300}|\S{1,299}[\s>]+["'(]))/g, `]${gap}`);
}

/** Counted in UTF-16 units, as GitHub's limits are; a pair is never split. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Blocks only, as GitHub reads them. */
const blocks = new MarkdownIt({ maxNesting: 50 });
blocks.core.ruler.enableOnly(["normalize", "block"]);

/** A word below the text is in a paragraph of its own, unless a fence is open. */
function closeFence(text: string): string {
  const tokens = blocks.parse(`${text}\n\nword`, {});
  const last = tokens.at(-1);
  if (last?.type === "paragraph_close" && last.level === 0) return text;
  if (last?.type === "fence" && last.level === 0) return `${text}\n${last.markup}`;
  // Nested deeper than is looked at: nothing in it is a fence.
  return text.replace(/`{3,}|~{3,}/g, (marks) => [...marks].join(gap));
}
