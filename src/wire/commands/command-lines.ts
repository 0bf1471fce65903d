import type { Token } from "markdown-it";
import MarkdownIt from "markdown-it";
import { OpenTags } from "./open-tags.ts";
import { textLines } from "./text-lines.ts";

/** GitHub's own limit of a comment. */
const maxBody = 65_536;
/** Quotes and lists deeper than that nobody writes; what lies in them is not looked at. */
const maxNesting = 20;

/** Emphasis hides nothing, so its signs stay as they are. */
const markdown = new MarkdownIt({ html: true, maxNesting }).disable(["emphasis"]);

/** A line that begins with a slash, without raw HTML, and the text of the fenced block right below it. */
export interface Line {
  readonly text: string;
  readonly block?: string;
}

/** What a comment says to us. */
export interface ReadComment {
  readonly lines: readonly Line[];
  /** The first line that mentions the name asked for, and all that is visible of the comment. */
  readonly mention?: { readonly line: string; readonly text: string };
}

/**
 * The lines of a comment that begin with a slash and are plain text of the comment's own paragraphs: not quoted, not in
 * a list, table, heading, code, HTML, link or details block. `mention`: a name to look for, in such text too.
 */
export function readComment(body: string, mention?: string): ReadComment {
  const text = body
    .slice(0, maxBody)
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .replaceAll("\0", "\ufffd");
  const name = mention === undefined ? undefined : mentionOf(mention);
  if (!/^[ \t]*\/[a-z]/im.test(text) && name?.test(text) !== true) return { lines: [] };
  return new Reader(text, name).read();
}

/** The lines alone. */
export function commandLines(body: string): readonly Line[] {
  return readComment(body).lines;
}

/** `@name` or `@name[bot]`, not inside a longer name, an address or a path. */
function mentionOf(name: string): RegExp {
  const own = name.replace(/\[bot\]$/i, "").replace(/[^a-z0-9-]/gi, "\\$&");
  return new RegExp(`(?<![\\w@./+-])@${own}(?:\\[bot\\])?(?![\\w/@-]|\\.\\w)`, "i");
}

class Reader {
  readonly #sourceLines: readonly string[];
  readonly #mention: RegExp | undefined;
  readonly #open = new OpenTags();
  readonly #env = {};
  readonly #lines: Line[] = [];
  readonly #visible: string[] = [];
  #mentioned: string | undefined;

  constructor(text: string, mention: RegExp | undefined) {
    this.#sourceLines = text.split("\n");
    this.#mention = mention;
  }

  read(): ReadComment {
    const tokens: Token[] = [];
    markdown.block.parse(this.#sourceLines.join("\n"), markdown, this.#env, tokens);
    for (let at = 0; at < tokens.length; ) at = this.#block(tokens, at);
    const lines = this.#lines;
    if (this.#mentioned === undefined) return { lines };
    return { lines, mention: { line: this.#mentioned, text: this.#visible.join("\n\n") } };
  }

  /** Reads one block of the top level and gives the place of the next. */
  #block(tokens: readonly Token[], at: number): number {
    const first = tokens[at];
    if (first === undefined) return at + 1;
    const end = first.nesting === 1 ? tokens.findIndex((token, n) => n > at && token.level === 0) + 1 : at + 1;
    const block = tokens.slice(at, end);
    if (first.type === "paragraph_open") this.#paragraph(first, tokens[end]);
    else if (first.type === "html_block") this.#open.read(first.content);
    else this.#other(block);
    return end;
  }

  #paragraph({ map }: Token, next: Token | undefined): void {
    const [start, end] = map ?? [0, 0];
    const source = this.#sourceLines.slice(start, end).join("\n");
    if (isFootnote(source) || isFootnote(this.#sourceLines[start - 1] ?? "")) return;
    const block = next?.type === "fence" ? next.content : undefined;
    const lines = textLines(source, { markdown, env: this.#env, open: this.#open });
    for (const [n, line] of lines.entries()) {
      const below = n === lines.length - 1 && this.#open.none ? block : undefined;
      if (line.plain && /^\/[a-z]/i.test(line.text)) {
        this.#lines.push(below === undefined ? { text: line.text } : { text: line.text, block: below });
      }
      if (this.#mention?.test(line.mentionable)) this.#mentioned ??= line.text;
    }
    this.#visible.push(lines.map((line) => line.text).join("\n"));
  }

  #other(block: readonly Token[]): void {
    const inner = new OpenTags();
    for (const token of block) {
      if (token.type === "html_block") inner.read(token.content);
      if (token.level >= maxNesting - 1) inner.seal();
    }
    this.#open.leave(inner);
    if (!this.#open.none) return;
    const [start, end] = block[0]?.map ?? [0, 0];
    const source = this.#sourceLines.slice(start, end).join("\n");
    const isCode = block[0]?.type === "fence" || block[0]?.type === "code_block";
    this.#visible.push(isCode ? source : source.replace(/<!--[\s\S]*?(?:-->|$)/g, ""));
  }
}

function isFootnote(source: string): boolean {
  return /^ {0,3}\[\^[^\]\n]{1,999}\]:/.test(source);
}
