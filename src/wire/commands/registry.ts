import { add } from "./add.ts";
import { approve } from "./approve.ts";
import type { CommandRow, Verb } from "./command.ts";
import { help } from "./help.ts";
import { modify } from "./modify.ts";
import { plan } from "./plan.ts";
import { remove } from "./remove.ts";
import { status } from "./status.ts";
import { view } from "./view.ts";

/** Every command there is; the help and the documents are made from it. */
export const commandRows: Readonly<Record<Verb, CommandRow>> = {
  plan,
  add,
  remove,
  modify,
  view,
  approve,
  status,
  help,
};

export const verbs: readonly Verb[] = ["plan", "add", "modify", "remove", "view", "approve", "status", "help"];

/** The verb a word means, aliases included, whatever its case. */
export function findVerb(word: string): Verb | undefined {
  const lower = word.toLowerCase();
  return verbs.find((verb) => verb === lower || commandRows[verb].aliases.includes(lower));
}

/** The verb of ours that is exactly one typing slip away (one letter more, less, other, or two swapped). */
export function nearVerb(word: string): Verb | undefined {
  const lower = word.toLowerCase();
  return verbs.find((verb) => [verb, ...commandRows[verb].aliases].some((name) => oneSlip(lower, name)));
}

/** The answer to `/help`; `prefixed` where only `/coppice <verb>` is listened to. */
export function formatHelp(prefixed: boolean): string {
  const prefix = prefixed ? "/coppice " : "/";
  const rows = verbs.map((verb) => {
    const { usage, summary } = commandRows[verb];
    const form = `${prefix}${verb} ${usage}`.trim().replaceAll("|", "\\|");
    return `| \`${form}\` | ${summary} |`;
  });
  const where = prefixed ? "" : " Each also answers to `/coppice <verb>`.";
  return [
    "| Command | What it does |",
    "| --- | --- |",
    ...rows,
    "",
    `A command is a line of a new comment, outside quotes and code.${where} Commands need write permission.`,
  ].join("\n");
}

function oneSlip(word: string, name: string): boolean {
  if (word === name || Math.abs(word.length - name.length) > 1) return false;
  let start = 0;
  while (start < word.length && word[start] === name[start]) start += 1;
  const [a, b] = [word.slice(start), name.slice(start)];
  if (a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1)) return true;
  return a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
}
