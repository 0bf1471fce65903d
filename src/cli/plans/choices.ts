import type { Verb } from "../../wire/commands/command.ts";
import { findVerb, nearVerb } from "../../wire/commands/registry.ts";
import { type Written, writeCommand } from "./write-command.ts";

/** What somebody chose at the menu. */
export type Choice =
  /** Write this as a comment. */
  | { readonly kind: "say"; readonly text: string }
  /** More must be said: ask, and write it. */
  | { readonly kind: "ask"; readonly question: string; readonly write: (more: string) => Choice }
  /** It cannot be a command. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "view" | "proceed" | "edit" | "help" | "quit" | "nothing" }
  | { readonly kind: "unknown"; readonly read: string };

interface Entry {
  readonly letter: string;
  readonly word: string;
  /** The command's verb; absent where the terminal itself does it. */
  readonly verb?: Verb;
  /** What to ask when the letter stands alone; absent where nothing need be said. */
  readonly question?: string;
  /** Changes the plan: on an approved plan that is an amendment. */
  readonly changes?: true;
  readonly does?: "view" | "proceed" | "edit" | "quit";
  readonly hint: string;
}

/** The menu, in its order. */
const entries: readonly Entry[] = [
  { letter: "d", word: "discuss", verb: "discuss", question: "Say or ask", hint: "d Do we need T3?" },
  { letter: "a", word: "add", verb: "add", question: "Title", changes: true, hint: "a Write the changelog after T2" },
  {
    letter: "m",
    word: "modify",
    verb: "modify",
    question: "Task and change",
    changes: true,
    hint: "m T2 priority:high",
  },
  { letter: "s", word: "split", verb: "split", question: "Task, and how", changes: true, hint: "s T2 into 3" },
  { letter: "r", word: "remove", verb: "remove", question: "Task", changes: true, hint: "r T4" },
  { letter: "v", word: "view", does: "view", hint: "v shows every task in full" },
  { letter: "p", word: "proceed", does: "proceed", hint: "p approves what is shown and follows the work" },
  { letter: "u", word: "undo", verb: "undo", hint: "u, or u 3 for three steps" },
  { letter: "e", word: "edit", does: "edit", hint: "e opens the plan in your editor" },
  { letter: "q", word: "quit", does: "quit", hint: "q leaves; the plan stays" },
];

/** Reads a line typed at the menu; `approved`: changes are amendments then. */
export function readChoice(line: string, { approved }: { readonly approved: boolean }): Choice {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (text.startsWith("/")) return readSlash(text);
  if (/^(\?|h|help)$/i.test(text)) return { kind: "help" };
  const [first = "", rest = ""] = [/^\S+/.exec(text)?.[0], text.replace(/^\S+\s*/, "")];
  const entry = entries.find(({ letter, word }) => [letter, word].includes(first.toLowerCase()));
  if (entry === undefined) return { kind: "unknown", read: text };
  if (entry.does !== undefined) return rest === "" ? { kind: entry.does } : { kind: "unknown", read: text };
  const { verb, question } = entry;
  if (verb === undefined) return { kind: "unknown", read: text };
  const write = (words: string) =>
    say(entry.changes && approved ? writeCommand("amend", `${verb} ${words}`) : writeCommand(verb, words));
  return rest !== "" || question === undefined ? write(rest) : { kind: "ask", question, write };
}

/** A command of ours is written in the form that counts everywhere; what is for others as it is. */
function readSlash(text: string): Choice {
  const [, word = "", rest = ""] = /^\/(?:coppice\s+\/?)?([a-z][a-z-]*)(?:\s+(.*))?$/i.exec(text) ?? [];
  const verb = findVerb(word);
  if (verb !== undefined) return say(writeCommand(verb, rest));
  return { kind: "say", text: nearVerb(word) === undefined ? text : `/coppice ${word} ${rest}`.trim() };
}

function say(written: Written): Choice {
  return written.kind === "written" ? { kind: "say", text: written.text } : written;
}

/** One line: what there is to choose; `mark` makes the letter stand out. */
export function menuLine(mark: (letter: string) => string): string {
  const shown = entries.map(({ letter, word }) => `${mark(letter)}${word.slice(1)}`);
  return `${shown.join("  ")}  ${mark("?")}`;
}

/** What each choice means, one a line. */
export function menuHelp(bold: (text: string) => string): string {
  const rows = entries.map(({ letter, word, hint }) => `  ${bold(letter)}  ${word.padEnd(8)}  ${hint}`);
  return [...rows, "     Any other command begins with /: /help shows them all."].join("\n");
}
