import type { Env, MarkdownIt, Token } from "markdown-it";
import type { OpenTags } from "./open-tags.ts";

/** One line of a paragraph as it is shown. */
export interface TextLine {
  /** Markdown without raw HTML. */
  readonly text: string;
  /** The first piece of raw HTML that the text is without; comments do not count. */
  readonly html?: string;
  /** It begins with a slash and a letter that are text of the paragraph: outside elements, links and what is struck out. */
  readonly isCommand: boolean;
  /** Nothing folds it away. */
  readonly shown: boolean;
  /** Its text outside code, links, addresses and elements. */
  readonly own: string;
}

interface Around {
  readonly markdown: MarkdownIt;
  /** The link definitions of the comment. */
  readonly env: Env;
  /** Follows the paragraph's raw HTML. */
  readonly open: OpenTags;
}

/** The lines of a paragraph; a code span or link over several lines makes them one. */
export function textLines(source: string, { markdown, env, open }: Around): readonly TextLine[] {
  const tokens: Token[] = [];
  markdown.inline.parse(source.replace(/^[ \t]+/, "").trimEnd(), markdown, env, tokens);
  const lines: TextLine[] = [];
  /** How the links and the like that are open end. */
  const ends: string[] = [];
  for (const line of linesOf(tokens)) lines.push(readLine(line, ends, open));
  return isUnclear(tokens) ? lines.map((line) => ({ ...line, isCommand: false })) : lines;
}

/** After one comment or the like without an end the parser looks for no other. */
function isUnclear(tokens: readonly Token[]): boolean {
  const text = tokens.map((token) => (token.type === "text" ? token.content : " ")).join("");
  return text.split(/<[!?]/).length > 2;
}

function readLine(tokens: readonly Token[], ends: string[], open: OpenTags): TextLine {
  const first = tokens[0];
  const isCommand = open.none && ends.length === 0 && first?.type === "text" && /^\/[a-z]/i.test(first.content);
  const shown = !open.hides;
  let text = "";
  let own = "";
  for (const token of tokens) {
    if (token.type === "html_inline") open.read(token.content);
    const written = sourceOf(token, ends);
    if (!open.hides) text += written;
    own += token.type === "text" && ends.length === 0 && open.none ? token.content : " ";
  }
  const html = tokens.find(({ type, content }) => type === "html_inline" && !content.startsWith("<!--"))?.content;
  return { text: text.trim(), html, isCommand, shown, own: own.replace(/\b(?:https?:\/\/|www\.)\S+/gi, " ") };
}

function linesOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const lines: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === "softbreak" || token.type === "hardbreak") lines.push([]);
    else lines.at(-1)?.push(token);
  }
  return lines;
}

/** A token as somebody would write it. */
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
    case "link_open": {
      const isPlain = token.markup === "autolink";
      ends.push(isPlain ? ">" : `](${token.attrGet("href") ?? ""})`);
      return isPlain ? "<" : "[";
    }
    default:
      if (token.nesting === 1) ends.push(token.markup);
      return token.nesting === -1 ? (ends.pop() ?? "") : token.markup;
  }
}
