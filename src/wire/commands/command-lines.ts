import type { Token } from "markdown-it";
import MarkdownIt from "markdown-it";
import { firstFootnote, hasWideTable, isContinued, isUnclear, isUnderline } from "./doubts.ts";
import { mentionOf } from "./mention.ts";
import { OpenTags } from "./open-tags.ts";
import type { TextLine } from "./text-lines.ts";
import { textLines } from "./text-lines.ts";

/** GitHub's own limit of a comment. */
const maxBody = 65_536;
/** Quotes, lists and brackets deeper than that nobody writes; what lies in them is not looked at. */
const maxNesting = 20;

/** Emphasis hides nothing, so its signs stay as they are. */
const markdown = new MarkdownIt({ html: true, maxNesting }).disable(["emphasis"]);
// Nothing is rendered here: where GitHub drops an address it still hides the link's definition and title.
markdown.validateLink = () => true;

/** A line that begins with a slash, without raw HTML, and the text of the fenced block right below it. */
export interface Line {
  readonly text: string;
  /** A piece of raw HTML that was left out of it. */
  readonly html?: string;
  readonly block?: string;
  /** All that is visible below it, when nothing else in the comment begins with a slash. */
  readonly below?: string;
}

/** What a comment says to us. */
export interface ReadComment {
  readonly lines: readonly Line[];
  /** The first line that mentions the name asked for, and all that is visible of the comment. */
  readonly mention?: { readonly line: string; readonly text: string };
}

/**
 * The lines of a comment that begin with a slash and are plain text of the comment's own paragraphs: not quoted, not in
 * a list, table, heading, code, HTML, link or details block. `name`: who is looked for in such text as a mention.
 */
export function readComment(body: string, name?: string): ReadComment {
  const text = body
    .slice(0, maxBody)
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .replaceAll("\0", "\ufffd");
  const mention = name === undefined ? undefined : mentionOf(name);
  if (!/^[ \t]*\/[a-z]/im.test(text) && mention?.test(text) !== true) return { lines: [] };
  if (hasWideTable(text)) return { lines: [] };
  return new Reader(text, mention).read();
}

class Reader {
  readonly #source: readonly string[];
  readonly #mention: RegExp | undefined;
  readonly #footnote: number;
  readonly #open = new OpenTags();
  /** The link definitions the parser finds. */
  readonly #env = {};
  readonly #lines: Line[] = [];
  readonly #visible: string[] = [];
  #mentioned: string | undefined;
  /** Where the last command stands: in which paragraph, and which visible block comes after that. */
  #only: { readonly lines: readonly TextLine[]; readonly at: number; readonly next: number } = {
    lines: [],
    at: 0,
    next: 0,
  };
  /** The line where the block before begins, or ends if it was a paragraph. */
  #before = 0;

  constructor(text: string, mention: RegExp | undefined) {
    this.#source = text.split("\n");
    this.#footnote = firstFootnote(this.#source);
    this.#mention = mention;
  }

  read(): ReadComment {
    const tokens: Token[] = [];
    markdown.block.parse(this.#source.join("\n"), markdown, this.#env, tokens);
    const blocks = blocksOf(tokens);
    for (const [at, block] of blocks.entries()) this.#block(block, blocks[at + 1]?.[0]);
    const lines = this.#lines.map((line) => this.#withBelow(line));
    if (this.#mentioned === undefined) return { lines };
    return { lines, mention: { line: this.#mentioned, text: this.#visible.join("\n\n").trim() } };
  }

  #withBelow(line: Line): Line {
    if (this.#lines.length > 1 || line.block !== undefined) return line;
    const { lines, at, next } = this.#only;
    const same = lines.slice(at + 1).flatMap(({ shown, text }) => (shown ? [text] : []));
    const below = [same.join("\n"), ...this.#visible.slice(next)].join("\n\n").trim();
    return below === "" ? line : { ...line, below };
  }

  #block(block: readonly Token[], next: Token | undefined): void {
    const first = block[0];
    const [start, end] = first?.map ?? [0, 0];
    const source = this.#source.slice(start, end).join("\n");
    if (first?.type === "html_block") this.#open.read(source);
    // Right below a definition GitHub takes it for text.
    if (first?.type === "code_block" && this.#source[start - 1]?.trim() !== "") this.#textLines(source, this.#open);
    if (first?.type === "paragraph_open") {
      this.#paragraph(source, { next, isOurs: !isUnclear(source) && !this.#belongsElsewhere(start, end, next) });
    } else if (first?.type !== "html_block") this.#other(block, source);
    this.#before = first?.type === "paragraph_open" ? end : start;
  }

  /** Whether GitHub takes a paragraph for part of what stands right above or below it. */
  #belongsElsewhere(start: number, end: number, next: Token | undefined): boolean {
    if (isContinued(this.#source.slice(this.#before, start).join("\n"))) return true;
    const isApart = (this.#source[start - 1] ?? "").trim() === "";
    if (!isApart && this.#footnote >= 0 && this.#footnote < start) return true;
    return next?.type === "table_open" && next.map?.[0] === end && isUnderline(this.#source[end + 1] ?? "");
  }

  /** `isOurs`: it is a paragraph of the comment's own without doubt. */
  #paragraph(source: string, { next, isOurs }: { next: Token | undefined; isOurs: boolean }): void {
    const lines = this.#textLines(source, this.#open);
    const below = next?.type === "fence" && this.#open.none ? { block: next.content } : {};
    if (isOurs) {
      for (const [at, line] of lines.entries()) {
        if (line.isCommand) {
          this.#lines.push({ ...writtenOf(line), ...(line === lines.at(-1) ? below : {}) });
          this.#only = { lines, at, next: this.#visible.length + 1 };
        }
        if (this.#mention?.test(line.own) === true) this.#mentioned ??= line.text;
      }
    }
    this.#show(lines);
  }

  #textLines(source: string, open: OpenTags): readonly TextLine[] {
    return textLines(source, { markdown, env: this.#env, open });
  }

  #show(lines: readonly TextLine[]): void {
    const shown = lines.filter((line) => line.shown).map((line) => line.text);
    if (shown.length > 0) this.#visible.push(shown.join("\n"));
  }

  /** Anything but a paragraph of the comment's own: only its raw HTML and what it shows matter. */
  #other(block: readonly Token[], source: string): void {
    const inner = new OpenTags();
    for (const token of block) {
      if (token.type === "html_block") inner.read(token.content);
      if (token.type === "inline" && token.content.includes("<")) this.#textLines(token.content, inner);
      if (token.level >= maxNesting - 1) inner.seal();
    }
    this.#open.leave(inner);
    if (this.#open.hides) return;
    const isCode = block[0]?.type === "fence" || block[0]?.type === "code_block";
    this.#visible.push(isCode ? source : source.replace(/<!--[\s\S]*?(?:-->|$)/g, ""));
  }
}

function writtenOf({ text, html }: TextLine): Line {
  return html === undefined ? { text } : { text, html };
}

/** The tokens of each block of the top level. */
function blocksOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const blocks: Token[][] = [];
  let block: Token[] = [];
  for (const token of tokens) {
    block.push(token);
    if (token.level > 0 || token.nesting === 1) continue;
    blocks.push(block);
    block = [];
  }
  return blocks;
}
