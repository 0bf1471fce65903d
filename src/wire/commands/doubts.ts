/** Deeper brackets and wider tables nobody writes. */
const maxBrackets = 20;
const maxColumns = 100;
const footnote = /^ {0,3}\[\^[^\]\n]{1,999}\]:/m;

/** A table whose every short row would be filled up with that many cells. */
export function hasWideTable(text: string): boolean {
  const rules = text.match(/^[ \t>|:-]+$/gm) ?? [];
  return rules.some((rule) => rule.split("|").length > maxColumns);
}

/**
 * Whether GitHub takes a paragraph for the continuation of what stands right above it, without an empty line between:
 * of a footnote, or of a quote or list that ends in a definition or in an indented line. The parser does not.
 */
export function isContinued(above: string): boolean {
  if (/(?:^|\n)[ \t]*$/.test(above)) return false;
  if (!above.includes("]:") && !/^(?: {4}| {0,3}\t)/m.test(above)) return false;
  return /^[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t]|\[\^)/m.test(above);
}

/** The first line of a comment that begins a footnote, which goes on over empty lines while it is indented; -1: none. */
export function firstFootnote(lines: readonly string[]): number {
  return lines.findIndex((line) => footnote.test(line));
}

/**
 * Whether GitHub may read this paragraph in another way than the parser: as a footnote, as mathematics, as a table of one column,
 * or with brackets beyond the depth to which the parser looks for links, whose titles are hidden.
 */
export function isUnclear(paragraph: string): boolean {
  return (
    footnote.test(paragraph) ||
    /^[ \t]*\$\$/m.test(paragraph) ||
    paragraph.split("\n").some(isTableRule) ||
    bracketDepth(paragraph) >= maxBrackets
  );
}

/** Whether what the parser takes for a table of one column right below a paragraph underlines it: a heading. */
export function isUnderline(rule: string): boolean {
  return /^ {0,3}-+[ \t]*$/.test(rule);
}

function isTableRule(line: string): boolean {
  const rule = line.trim();
  return /^\|?[ \t]*:?-+:?[ \t]*\|?$/.test(rule) && /[|:]/.test(rule);
}

function bracketDepth(text: string): number {
  let depth = 0;
  let most = 0;
  for (const sign of text.match(/[[\]]/g) ?? []) {
    depth = Math.max(0, depth + (sign === "[" ? 1 : -1));
    most = Math.max(most, depth);
  }
  return most;
}
