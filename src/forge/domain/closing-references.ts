/** How a repository may be named in a reference to one of its issues. */
export interface ReferenceNames {
  /** `owner/name`. */
  readonly fullName: string;
  /** The forge's own address, for whole links. */
  readonly url: string;
}

/**
 * The issue numbers of the same repository that a pull request's text says it closes, in order, each once:
 * `Fixes #3`, `resolved GH-3`, and given its names also `closes: owner/name#3` and `close <the address>`.
 */
export function closingNumbers(text: string | null, names?: ReferenceNames): number[] {
  const name = names === undefined ? "" : escaped(names.fullName);
  const link = names === undefined ? [] : [`${escaped(names.url)}/${name}/issues/(\\d{1,9})`];
  const reference = [`(?:${name})?#(\\d{1,9})`, "GH-(\\d{1,9})", ...link].join("|");
  const found = prose(text ?? "").matchAll(new RegExp(`${keyword}(?:${reference})\\b(?!/)`, "gi"));
  return [...new Set([...found].map((match) => Number(match[1] ?? match[2] ?? match[3])))];
}

// GitHub's nine keywords and an optional colon.
const keyword = "(?<![\\w/#-])(?:close[sd]?|fix(?:es|ed)?|resolve[sd]?):?[ \\t]+";

/** Without code, comments and quotes, where GitHub does not look for keywords. */
function prose(text: string): string {
  return text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, " ")
    .replace(/^(`{3,}|~{3,})[\s\S]*?(?:^\1|$(?![\s\S]))/gm, " ")
    .replace(/`[^`\n]*`/g, " ")
    .replace(/^[ \t]*>.*$/gm, " ");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
