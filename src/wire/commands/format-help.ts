import type { Verb } from "./command.ts";
import { commandRows, verbGroups, verbs } from "./registry.ts";

/** The answer to `/help`; `prefixed` where only `/coppice <verb>` is listened to. */
export function formatHelp(prefixed: boolean): string {
  const prefix = prefixed ? "/coppice " : "/";
  const rows = verbGroups.flatMap((group) => [
    `| **${group.title}** | |`,
    ...group.verbs.map((verb) => formatRow(verb, prefix)),
  ]);
  const where = prefixed ? "" : " Each also answers to `/coppice <verb>`.";
  const asking = verbs.filter((verb) => commandRows[verb].needs === "triage").map((verb) => `\`${verb}\``);
  return [
    "| Command | What it does |",
    "| --- | --- |",
    ...rows,
    "",
    `A command is a line of a new comment, outside quotes and code; its words may go on in a fenced block right below it.${where} Commands need write permission; for ${asking.join(", ")} triage is enough.`,
  ].join("\n");
}

function formatRow(verb: Verb, prefix: string): string {
  const { usage, summary, aliases } = commandRows[verb];
  const form = `${prefix}${verb} ${usage}`.trim().replaceAll("|", "\\|");
  const also = aliases.map((alias) => `\`${prefix}${alias}\``).join(", ");
  return `| \`${form}\` | ${summary}${also === "" ? "" : ` Also ${also}.`} |`;
}
