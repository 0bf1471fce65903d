import { refuse } from "../../core/plan/refuse.ts";
import { visibleText } from "../visible-text.ts";
import type { Command, ParsedArguments, Verb } from "./command.ts";
import { quote } from "./command.ts";
import type { Line } from "./command-lines.ts";
import { readComment } from "./command-lines.ts";
import { commandRows, findVerb, nearVerb } from "./registry.ts";

/** More commands than this in one comment are refused together. */
export const maxCommands = 20;

/** One line that is, or nearly is, a command. */
export type CommandLine =
  | { readonly kind: "command"; readonly command: Command; readonly text: string }
  /** `verb`: which one it would have been, where that is known. */
  | { readonly kind: "refused"; readonly reason: string; readonly text: string; readonly verb?: Verb }
  /** One typing slip from a verb of ours: answered only where there is a plan. */
  | { readonly kind: "near"; readonly verb: Verb; readonly text: string };

export interface ParseOptions {
  /** Only `/coppice <verb>` counts. */
  readonly prefixed: boolean;
  /** The app's name on the forge: `@name` in a comment without commands is a discussion. */
  readonly mention?: string;
}

/** A comment's commands in order; lines for others are left out. */
export function parseCommands(body: string, { prefixed, mention }: ParseOptions): readonly CommandLine[] {
  const comment = readComment(body, mention);
  const lines = comment.lines.flatMap((line) => withoutHtml(line, parseLine(line, prefixed)) ?? []);
  if (lines.length === 0 && comment.mention !== undefined) return [parseMention(comment.mention)];
  if (lines.length <= maxCommands) return lines;
  const reason = `${lines.length} commands in one comment; at most ${maxCommands} are allowed`;
  return [{ kind: "refused", reason, text: lines[0]?.text ?? "" }];
}

/** GitHub formats raw HTML or does not show it at all: what somebody meant by it is not known. */
function withoutHtml({ html }: Line, line: CommandLine | undefined): CommandLine | undefined {
  if (html === undefined || line?.kind !== "command") return line;
  const reason = `\`${quote(oneLine(html))}\` is HTML here; put it into backticks`;
  return { kind: "refused", reason, verb: line.command.verb, text: line.text };
}

function parseMention({ line, text }: { readonly line: string; readonly text: string }): CommandLine {
  return withText(commandRows.discuss.parse(visibleText(text).trim()), { verb: "discuss", text: oneLine(line) });
}

function parseLine({ text, block, below }: Line, prefixed: boolean): CommandLine | undefined {
  const line = oneLine(text);
  const own = /^\/coppice[.,:;!?]?(?:\s+(.*))?$/i.exec(line);
  if (own !== null) return parseOwn((own[1] ?? "").trim(), { text: line, block, below });
  // People end a verb as they end a sentence: `/approve.`, `/discuss: why?`
  const match = /^\/([a-z][a-z-]*)[.,:;!?]?(?:\s+(.*))?$/i.exec(line);
  if (match === null || prefixed) return undefined;
  const word = match[1] ?? "";
  const verb = findVerb(word);
  if (verb !== undefined) return parseVerb(verb, { rest: match[2] ?? "", text: line, block, below });
  const near = nearVerb(word);
  return near === undefined ? undefined : { kind: "near", verb: near, text: line };
}

/** `/coppice …` is always meant for us, so it is always answered. */
function parseOwn(rest: string, { text: line, block, below }: Omit<Written, "rest">): CommandLine {
  const [, word = "", after = ""] = /^\/?(\S*?)[.,:;!?]?(?:\s+(.*))?$/.exec(rest) ?? [];
  if (word === "") return parseVerb("help", { rest: "", text: line });
  const verb = findVerb(word);
  if (verb !== undefined) return parseVerb(verb, { rest: after, text: line, block, below });
  const near = nearVerb(word);
  const right = near === undefined ? "/coppice help shows what there is" : `did you mean /coppice ${near}?`;
  return { kind: "refused", reason: `\`${quote(word)}\` is no command; ${right}`, text: line };
}

interface Written {
  /** After the verb. */
  readonly rest: string;
  /** The whole line. */
  readonly text: string;
  readonly block?: string | undefined;
  /** What else the comment shows below the line. */
  readonly below?: string | undefined;
}

function parseVerb(verb: Verb, { rest, text, block: fenced, below }: Written): CommandLine {
  const row = commandRows[verb];
  const block = fenced ?? (row.takesBelow ? below : undefined);
  if (block !== undefined && !row.takesBlock) {
    return withText(refuse(`/${verb} takes no fenced block below it; leave it out, or part it with a line of words`), {
      verb,
      text,
    });
  }
  const shown =
    block === undefined
      ? undefined
      : visibleText(block)
          .trimEnd()
          .replace(/^(?:[^\S\n]*\n)+/, "");
  return withText(row.parse(rest.trim(), shown), { verb, text });
}

function withText(
  parsed: ParsedArguments,
  { verb, text }: { readonly verb: Verb; readonly text: string },
): CommandLine {
  return parsed.kind === "parsed" ? { kind: "command", command: parsed.command, text } : { ...parsed, verb, text };
}

/** Characters some programs take for line ends are none in Markdown: on a command's line they are blanks. */
function oneLine(line: string): string {
  return visibleText(line.replace(/[\u2028\u2029\u0085\v\f]/g, " ")).trim();
}
