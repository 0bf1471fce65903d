import type { Root } from "hast";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { polish } from "./markdown-polish.ts";

/** Where a text was written: what `#12` and a README's relative links are relative to. */
export interface MarkdownPlace {
  /** `/owner/name`. */
  readonly repository: string;
  /** Branch relative links of a file lead to; a thread has none. */
  readonly branch?: string;
}

/** The text as HTML that is safe to put into a page: nothing in it runs, loads from elsewhere or reorders what is read. */
export function renderMarkdown(text: string, place: MarkdownPlace): string {
  const key = JSON.stringify([place.repository, place.branch, text]);
  const held = rendered.get(key);
  const html = held ?? render(text, place);
  rendered.delete(key);
  rendered.set(key, html);
  if (rendered.size > 500) rendered.delete(rendered.keys().next().value ?? "");
  return html;
}

// A thread that refreshes itself asks for the same texts again and again; the oldest of 500 goes first.
const rendered = new Map<string, string>();

// Twice GitHub's limit for a body; longer files are shown as plain text. UTF-16 units.
const longest = 128 * 1024;

// The parser's time grows with the square of the nesting: 4,000 levels on one line take three seconds.
const tooDeep = /^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])){50}|^[ \t]{200}/m;

// Resolving emphasis and links is quadratic too: 32,000 delimiters take fifteen seconds, 6,000 half a one.
const mostDelimiters = 6_000;

// Raw HTML is parsed as a browser would and then sanitized, so what is allowed (`<details>`) keeps its meaning.
const toTree = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize)
  .freeze();
const toHtml = unified().use(rehypeStringify).freeze();

function render(text: string, place: MarkdownPlace): string {
  if (text.length > longest || tooDeep.test(text) || delimiters(text) > mostDelimiters) return plain(text);
  try {
    const tree: Root = toTree.runSync(toTree.parse(text));
    return toHtml.stringify(polish(tree, place));
  } catch (error) {
    // Tens of thousands of nested tags exhaust the stack; such a text is shown as it was written.
    if (error instanceof RangeError) return plain(text);
    throw error;
  }
}

function delimiters(text: string): number {
  return text.match(/[*_~[\]]+/g)?.length ?? 0;
}

function plain(text: string): string {
  return toHtml.stringify({
    type: "root",
    children: [{ type: "element", tagName: "pre", properties: {}, children: [{ type: "text", value: text }] }],
  });
}
