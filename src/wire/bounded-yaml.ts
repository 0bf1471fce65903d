import { CST, isScalar, Lexer, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import type { ErrorCode } from "../core/errors.ts";
import { CoppiceError } from "../core/errors.ts";

/** What a text may hold before it is parsed. Entries are keys and list items. */
export interface YamlLimits {
  readonly bytes: number;
  readonly entries: number;
}

/** For what people and strangers write: a comment holds 64 kB, a configuration comes nowhere near. */
const writtenYaml: YamlLimits = { bytes: 256 * 1024, entries: 5_000 };
/** For files of the ledger: a plan at its limits, every character escaped, is 1.2 MB; a record that is to unlink all its needs has 19,000 entries. */
export const ledgerYaml: YamlLimits = { bytes: 2 * 1024 * 1024, entries: 20_000 };

/** Deeper than any document of ours, far from what exhausts a parser's stack. */
const maxYamlDepth = 64;

export interface YamlSource<T> {
  readonly schema: z.ZodType<T>;
  /** The file's name in errors. */
  readonly path: string;
  readonly code: ErrorCode;
  /** Default: `writtenYaml`. */
  readonly limits?: YamlLimits;
}

/** YAML text as a checked value. Throws CoppiceError `code` with one line: `path:line: what is wrong`. */
export function readYaml<T>(text: string, { schema, path, code, limits }: YamlSource<T>): T {
  const fail = (line: number, message: string): never => {
    throw new CoppiceError(code, `${path}:${line}: ${message}`);
  };
  const read = parseBounded(text, limits);
  if (read.kind === "broken") return fail(read.line, read.message);
  const result = schema.safeParse(read.value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue?.path.join(".") || "the document";
  return fail(issue === undefined ? 1 : read.lineOf(issue), `${place}: ${issue?.message ?? "invalid"}`);
}

/** A text's value and where its parts stand, or the line that cannot be read and why. */
export type BoundedYaml =
  | {
      readonly kind: "read";
      readonly value: unknown;
      /** Where a value stands, or the nearest thing around it that is there. */
      readonly lineAt: (path: readonly PropertyKey[]) => number;
      readonly lineOf: (issue: z.core.$ZodIssue) => number;
    }
  | {
      readonly kind: "broken";
      /** Too much to be looked at, or no YAML. */
      readonly why: "size" | "syntax";
      readonly line: number;
      readonly message: string;
    };

/** Parses after size and nesting have been looked at: nothing in a text can stop the process. */
export function parseBounded(text: string, limits: YamlLimits = writtenYaml): BoundedYaml {
  if (Buffer.byteLength(text) > limits.bytes) {
    return { kind: "broken", why: "size", line: 1, message: `it is larger than ${limits.bytes / 1024} kB` };
  }
  const much = tooMuch(text, limits.entries);
  if (much !== undefined) return { kind: "broken", why: "size", ...much };
  const lines = new LineCounter();
  // Looking for repeated keys takes the parser quadratic time; it is done below.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
  });
  const wrong = firstError(document) ?? repeatedKey(document);
  if (wrong !== undefined) {
    return { kind: "broken", why: "syntax", line: lines.linePos(wrong.offset).line, message: wrong.message };
  }
  const value = toValue(document);
  if (value === undefined)
    return { kind: "broken", why: "size", line: 1, message: "it cannot be read (too many aliases?)" };
  const lineAt = (path: readonly PropertyKey[]): number => lines.linePos(findOffset(document, path)).line;
  return { kind: "read", value: value.is, lineAt, lineOf: (issue) => lineAt(placeOf(issue)) };
}

type Document = ReturnType<typeof parseDocument>;

interface Wrong {
  readonly offset: number;
  readonly message: string;
}

function firstError({ errors: [error] }: Document): Wrong | undefined {
  return error && { offset: error.pos[0], message: firstLine(error.message) };
}

function repeatedKey(document: Document): Wrong | undefined {
  let wrong: Wrong | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const name = JSON.stringify(String(key.value).slice(0, 40));
          wrong = { offset: key.range?.[0] ?? 0, message: `${name} is there twice in one mapping` };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return wrong;
}

function toValue(document: Document): { readonly is: unknown } | undefined {
  try {
    return { is: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return undefined;
  }
}

/** Of keys that are not known the first is meant, not the mapping they stand in. */
function placeOf({ path, ...issue }: z.core.$ZodIssue): readonly PropertyKey[] {
  return issue.code === "unrecognized_keys" ? [...path, ...issue.keys.slice(0, 1)] : path;
}

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
 * bounds it. Entries are counted because each costs a hundred times its bytes.
 */
function tooMuch(text: string, maxEntries: number): { readonly line: number; readonly message: string } | undefined {
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
