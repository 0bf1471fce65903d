import { CST, Lexer, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import type { ErrorCode } from "../core/errors.ts";
import { CoppiceError } from "../core/errors.ts";

/** Nothing of ours comes near this. */
export const maxYamlBytes = 256 * 1024;
/** Deeper than any document of ours, far from what exhausts a parser's stack. */
export const maxYamlDepth = 64;

export interface YamlSource<T> {
  readonly schema: z.ZodType<T>;
  /** The file's name in errors. */
  readonly path: string;
  readonly code: ErrorCode;
}

/** YAML text as a checked value. Throws CoppiceError `code` with one line: `path:line: what is wrong`. */
export function readYaml<T>(text: string, source: YamlSource<T>): T {
  const fail = (line: number, message: string, cause?: unknown): never => {
    throw new CoppiceError(source.code, `${source.path}:${line}: ${message}`, { cause });
  };
  if (Buffer.byteLength(text) > maxYamlBytes) fail(1, `the file is larger than ${maxYamlBytes / 1024} kB`);
  const much = tooMuch(text);
  if (much !== undefined) fail(much.line, much.message);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const broken = document.errors[0];
  if (broken !== undefined) fail(lines.linePos(broken.pos[0]).line, firstLine(broken.message), broken);
  const result = source.schema.safeParse(toValue(document, fail));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const offset = findOffset(
    document,
    issue?.code === "unrecognized_keys" ? [...path, ...issue.keys.slice(0, 1)] : path,
  );
  return fail(lines.linePos(offset).line, `${path.join(".") || "the document"}: ${issue?.message ?? "invalid"}`);
}

type Document = ReturnType<typeof parseDocument>;

function toValue(document: Document, fail: (line: number, message: string, cause: unknown) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    return fail(1, "it cannot be read (too many aliases?)", cause);
  }
}

/** Where in the text a value stands, or the nearest thing around it that is there. */
function findOffset(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (hasRange(node)) return node.range[0];
  }
  return 0;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/**
 * Where and why a text is too much for the parser, found by the lexer, which does not recurse (the parser does: 24 kB of
 * brackets abort the process). Block nesting needs a column for each level, two levels at most sharing one, so the column
 * bounds it. Entries are counted because looking for repeated keys takes quadratic time.
 */
function tooMuch(text: string): { readonly line: number; readonly message: string } | undefined {
  const at = { line: 1, column: 0, indent: 0, flow: 0, entries: 0 };
  let content = false;
  for (const token of new Lexer().lex(text)) {
    const type: string | null = content ? "content" : CST.tokenType(token);
    content = type === "scalar";
    if (content || type === "doc-mode") continue;
    at.flow = flowDepth(at.flow, type);
    if (type === "flow-error-end") continue;
    if (type === "map-value-ind" || type === "seq-item-ind" || type === "comma") at.entries += 1;
    if (at.entries > maxEntries) return { line: at.line, message: `more than ${maxEntries} entries` };
    if (Math.max(at.flow, blockColumn(at, type)) > maxYamlDepth) {
      return { line: at.line, message: `nested deeper than ${maxYamlDepth} levels` };
    }
    advance(at, token, type);
  }
  return undefined;
}

const maxEntries = 5_000;

function flowDepth(flow: number, type: string | null): number {
  if (type === "flow-map-start" || type === "flow-seq-start") return flow + 1;
  if (type === "flow-map-end" || type === "flow-seq-end") return Math.max(0, flow - 1);
  return type === "flow-error-end" ? 0 : flow;
}

function blockColumn(at: { column: number; indent: number; flow: number }, type: string | null): number {
  if (at.flow > 0) return 0;
  if (type === "seq-item-ind" || type === "explicit-key-ind") return at.column;
  return type === "map-value-ind" ? at.indent : 0;
}

function advance(at: { line: number; column: number; indent: number }, token: string, type: string | null): void {
  const breaks = token.split("\n").length - 1;
  const started = at.column === 0;
  at.line += breaks;
  at.column = breaks > 0 ? token.length - token.lastIndexOf("\n") - 1 : at.column + token.length;
  if (breaks > 0) at.indent = 0;
  else if (started && type === "space") at.indent = at.column;
}
