import { visibleText } from "../visible-text.ts";
import type { Command, Verb } from "./command.ts";
import { quote } from "./command.ts";
import { commandLines } from "./command-lines.ts";
import { commandRows, findVerb, nearVerb } from "./registry.ts";

/** More commands than this in one comment are refused together. */
export const maxCommands = 20;

/** One line that is, or nearly is, a command. */
export type CommandLine =
  | { readonly kind: "command"; readonly command: Command; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string; readonly text: string }
  /** One typing slip from a verb of ours: answered only where there is a plan. */
  | { readonly kind: "near"; readonly verb: Verb; readonly text: string };

/** A comment's commands in order; lines for others are left out. `prefixed`: only `/coppice <verb>` counts. */
export function parseCommands(body: string, { prefixed }: { readonly prefixed: boolean }): readonly CommandLine[] {
  const lines = commandLines(body).flatMap((line) => parseLine(visibleText(line).trim(), prefixed) ?? []);
  if (lines.length <= maxCommands) return lines;
  const reason = `${lines.length} commands in one comment; at most ${maxCommands} are allowed`;
  return [{ kind: "refused", reason, text: lines[0]?.text ?? "" }];
}

/** Whether any of these would change the plan's contents. */
export function changesPlan(commands: readonly Command[]): boolean {
  return commands.some((command) => commandRows[command.verb].changesPlan);
}

function parseLine(line: string, prefixed: boolean): CommandLine | undefined {
  const own = /^\/coppice(?:\s+(.*))?$/i.exec(line);
  if (own !== null) return parseOwn((own[1] ?? "").trim(), line);
  const match = /^\/([a-z][a-z-]*)(?:\s+(.*))?$/i.exec(line);
  if (match === null || prefixed) return undefined;
  const word = match[1] ?? "";
  const verb = findVerb(word);
  if (verb !== undefined) return parseVerb(verb, match[2] ?? "", line);
  const near = nearVerb(word);
  return near === undefined ? undefined : { kind: "near", verb: near, text: line };
}

/** `/coppice …` is always meant for us, so it is always answered. */
function parseOwn(rest: string, line: string): CommandLine {
  const [, word = "", after = ""] = /^\/?(\S*)\s*(.*)$/.exec(rest) ?? [];
  if (word === "") return { kind: "command", command: { verb: "help" }, text: line };
  const verb = findVerb(word);
  if (verb !== undefined) return parseVerb(verb, after, line);
  const near = nearVerb(word);
  const right = near === undefined ? "/coppice help shows what there is" : `did you mean /coppice ${near}?`;
  return { kind: "refused", reason: `\`${quote(word)}\` is no command; ${right}`, text: line };
}

function parseVerb(verb: Verb, rest: string, text: string): CommandLine {
  const parsed = commandRows[verb].parse(rest.trim());
  return parsed.kind === "parsed" ? { kind: "command", command: parsed.command, text } : { ...parsed, text };
}
