import type { Paragraph, PhrasingContent, Root } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";

/**
 * Inline constructs that say nothing about where a line of text stands, but take quadratic time on hostile input
 * (60 kB of `*_` costs 15 seconds). Code spans and raw HTML stay.
 */
const unneeded = [
  "attention",
  "strikethrough",
  "labelStartImage",
  "labelStartLink",
  "labelEnd",
  "autolink",
  "wwwAutolink",
  "protocolAutolink",
  "emailAutolink",
  "gfmFootnoteCall",
  "gfmPotentialFootnoteCall",
];

const markdown = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .data({ micromarkExtensions: [{ disable: { null: unneeded } }] })
  .freeze();

/** GitHub's own limit of a comment. */
const maxBody = 65_536;
/** More containers than that on one line nobody writes; the parser takes quadratic time for them. */
const maxNesting = 50;

/**
 * The lines of a comment that begin with a slash and are plain text of the comment's own paragraphs: not quoted, not in
 * a list, table, heading, code, HTML or a details block. HTML comments inside a line are left out of it.
 */
export function commandLines(body: string): readonly string[] {
  const text = body.slice(0, maxBody).replace(/\r\n?/g, "\n");
  if (!/^ {0,3}\/[a-z]/im.test(text) || tooNested(text)) return [];
  const lines: string[] = [];
  const open: string[] = [];
  for (const node of parse(text).children) {
    if (node.type === "html") trackTags(node.value, open);
    if (node.type === "paragraph") lines.push(...linesOf(node, text, open));
  }
  return lines;
}

function parse(text: string): Root {
  return markdown.parse(text);
}

/** A line counts when its first character is text of the paragraph, outside code and HTML; HTML is left out of it. */
function linesOf(paragraph: Paragraph, text: string, open: string[]): readonly string[] {
  const lines: string[] = [];
  const spans = paragraph.children.filter((node) => node.type === "html" || node.type === "inlineCode").map(spanOf);
  let offset = paragraph.position?.start.offset ?? 0;
  for (const line of text.slice(offset, paragraph.position?.end.offset ?? offset).split("\n")) {
    const end = offset + line.length;
    const start = offset + line.length - line.trimStart().length;
    const here = spans.filter((span) => span.end > offset && span.start < end);
    if (open.length === 0 && /^ {0,3}\/[a-z]/i.test(line) && !here.some((span) => span.start <= start)) {
      lines.push(withoutHtml(line, here, offset));
    }
    for (const span of here) if (span.html !== undefined && span.end <= end) trackTags(span.html, open);
    offset = end + 1;
  }
  return lines;
}

interface Span {
  readonly start: number;
  readonly end: number;
  /** The source of raw HTML; absent for code. */
  readonly html?: string;
}

function spanOf(node: PhrasingContent): Span {
  const start = node.position?.start.offset ?? 0;
  const end = node.position?.end.offset ?? 0;
  return node.type === "html" ? { start, end, html: node.value } : { start, end };
}

function withoutHtml(line: string, spans: readonly Span[], offset: number): string {
  let kept = line;
  for (const span of [...spans].reverse()) {
    if (span.html === undefined) continue;
    kept = kept.slice(0, Math.max(0, span.start - offset)) + kept.slice(span.end - offset);
  }
  return kept.trim().replace(/\s*\\$/, "");
}

const voidTags = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

/** Follows which HTML elements are open after a piece of raw HTML; comments open nothing. */
function trackTags(html: string, open: string[]): void {
  for (const match of html.replace(/<!--[\s\S]*?(?:-->|$)/g, "").matchAll(/<(\/?)([a-z][a-z0-9-]*)[^>]*?(\/?)>/gi)) {
    const name = (match[2] ?? "").toLowerCase();
    if (match[1] === "/") {
      const at = open.lastIndexOf(name);
      if (at >= 0) open.length = at;
    } else if (match[3] !== "/" && !voidTags.has(name)) open.push(name);
  }
}

function tooNested(text: string): boolean {
  return text.split("\n").some((line) => {
    const markers = /^(?:[ \t]*(?:>|[*+-](?=\s)|\d{1,9}[.)](?=\s)))+/.exec(line)?.[0] ?? "";
    return (markers.match(/[>*+.)-]/g) ?? []).length > maxNesting;
  });
}
