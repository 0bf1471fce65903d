import { isDeepStrictEqual } from "node:util";
import type { Command, Verb } from "../../wire/commands/command.ts";
import { parseCommands } from "../../wire/commands/parse-commands.ts";
import { commandRows } from "../../wire/commands/registry.ts";
import { fence } from "../../wire/fence.ts";
import { visibleText } from "../../wire/visible-text.ts";

/** A comment with one command, or why the words cannot be one. */
export type Written =
  | { readonly kind: "written"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

/** Words before the fence at most: `T2 into 3` after `amend split`. */
const maxHead = 4;

/**
 * Writes what somebody typed so that the thread, which reads Markdown, reads exactly that: on the command's line; else
 * in the fenced block below it; else with what looks like a tag in backticks. `block`: the text of the fenced block.
 * The prefixed form is understood everywhere, also where another bot owns the short one.
 */
export function writeCommand(verb: Verb, typed: string, block?: string): Written {
  const words = visibleText(typed).trim();
  const meant = commandRows[verb].parse(words, block);
  if (meant.kind === "refused") return meant;
  const plain = [
    ...(words.includes("\n") ? [] : [compose(verb, words, block)]),
    ...(block === undefined ? withFence(verb, words) : []),
  ];
  const exact = plain.find((text) => isReadAs(text, meant.command));
  if (exact !== undefined) return { kind: "written", text: exact };
  const ticked = inBackticks(words);
  const inCode = commandRows[verb].parse(ticked, block);
  const text = compose(verb, ticked, block);
  if (inCode.kind === "parsed" && isReadAs(text, inCode.command)) return { kind: "written", text };
  return {
    kind: "refused",
    reason: "GitHub would not show these words as they are; put what looks like HTML, a link or code into backticks",
  };
}

function compose(verb: Verb, words: string, block?: string): string {
  return `${`/coppice ${verb} ${words}`.trimEnd()}${block === undefined ? "" : `\n${fence(block)}`}`;
}

/** The first few words on the line and the rest below it; which of them the verb takes is its own affair. */
function withFence(verb: Verb, words: string): readonly string[] {
  const starts = [0, ...[...words.matchAll(/\s+/g)].slice(0, maxHead).map(({ 0: gap, index }) => index + gap.length)];
  return starts.map((start) => compose(verb, words.slice(0, start).trim(), words.slice(start)));
}

/** What has a `<` and is not in code yet, word by word. */
function inBackticks(words: string): string {
  return words.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|[^\s`]*<[^\s`]*/g, (found) =>
    found.startsWith("`") ? found : `\`${found}\``,
  );
}

function isReadAs(text: string, means: Command): boolean {
  const [read, ...more] = parseCommands(text, { prefixed: false });
  return read?.kind === "command" && more.length === 0 && isDeepStrictEqual(read.command, means);
}
