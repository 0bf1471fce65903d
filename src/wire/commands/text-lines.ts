import type { Env, MarkdownIt, Token } from "markdown-it";
import type { OpenTags } from "./open-tags.ts";

/** One line of a paragraph as it is shown, in Markdown, without raw HTML. */
export interface TextLine {
  readonly text: string;
  /** It begins with text of the paragraph, outside elements, links and what is struck out. */
  readonly plain: boolean;
  /** What of it is text outside code, links and elements. */
  readonly mentionable: string;
}

interface Around {
  readonly markdown: MarkdownIt;
  /** The link definitions the parser found. */
  readonly env: Env;
  /** Follows the paragraph's raw HTML. */
  readonly open: OpenTags;
}

/** The lines of a paragraph; a code span or link over several lines makes them one. */
export function textLines(source: string, { markdown, env, open }: Around): readonly TextLine[] {
  const tokens: Token[] = [];
  markdown.inline.parse(source.replace(/^[ \t]+/, "").trimEnd(), markdown, env, tokens);
  const lines: TextLine[] = [];
  let line = { text: "", plain: false, mentionable: "" };
  let started = false;
  let inside = 0;
  const ends: string[] = [];
  for (const token of tokens) {
    if (token.type === "softbreak" || token.type === "hardbreak") {
      lines.push({ ...line, text: line.text.trim() });
      line = { text: "", plain: false, mentionable: "" };
      started = false;
      continue;
    }
    if (token.type === "html_inline") open.read(token.content);
    if (token.nesting === -1) inside -= 1;
    const free = inside === 0 && open.none;
    if (token.type === "text") {
      if (!started) line.plain = free;
      if (free) line.mentionable += token.content;
    } else line.mentionable += " ";
    started = true;
    line.text += sourceOf(token, ends);
    if (token.nesting === 1) inside += 1;
  }
  return [...lines, { ...line, text: line.text.trim() }];
}

/** A token as somebody would write it; `ends` holds how the links open here end. */
function sourceOf(token: Token, ends: string[]): string {
  switch (token.type) {
    case "text":
      return token.content;
    case "html_inline":
      return "";
    case "code_inline":
      return `${token.markup}${token.content}${token.markup}`;
    case "image":
      return `![${token.content}](${token.attrGet("src") ?? ""})`;
    case "link_open":
      ends.push(token.markup === "autolink" ? ">" : `](${token.attrGet("href") ?? ""})`);
      return token.markup === "autolink" ? "<" : "[";
    case "link_close":
      return ends.pop() ?? "";
    default:
      return token.markup;
  }
}
