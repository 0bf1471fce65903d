import { refuse } from "../../core/plan/refuse.ts";
import { add } from "./add.ts";
import { assign } from "./assign.ts";
import type { ChangeCommand, Command, CommandRow, ParsedArguments } from "./command.ts";
import { quote } from "./command.ts";
import { edit } from "./edit.ts";
import { modify } from "./modify.ts";
import { priority } from "./priority.ts";
import { remove } from "./remove.ts";
import { split } from "./split.ts";

/** The rows of what may stand after `/amend`. */
const changes: Readonly<Record<ChangeCommand["verb"], CommandRow>> = {
  add,
  modify,
  split,
  remove,
  assign,
  priority,
  edit,
};

export const amend: CommandRow = {
  usage: "[add|modify|split|remove|assign|priority|edit …]",
  summary:
    "Change an approved plan where work has not begun; it waits for its own approval. Alone, the comment's other lines are the changes.",
  examples: ["/amend add Write the release notes after T4", "/amend /remove T5", "/amend"],
  aliases: [],
  needs: "write",
  takesBlock: true,
  parse(text, block) {
    if (text === "" && block === undefined) return { kind: "parsed", command: { verb: "amend" } };
    const [read = "", word = ""] = /^\/?(\S*)\s*/.exec(text) ?? [];
    const row = Object.entries(changes).find(
      ([verb, { aliases }]) => verb === word.toLowerCase() || aliases.includes(word.toLowerCase()),
    );
    if (row !== undefined) return readChange(row[1], text.slice(read.length), block);
    return refuse(
      `/amend takes one of ${Object.keys(changes).join(", ")}; read \`${quote(text)}\`, write for example /amend add Write the release notes after T4`,
    );
  },
};

function readChange(row: CommandRow, text: string, block: string | undefined): ParsedArguments {
  if (block !== undefined && !row.takesBlock) return refuse("this change takes no fenced block below it; leave it out");
  const parsed = row.parse(text, block);
  if (parsed.kind === "refused" || !isChange(parsed.command)) return parsed;
  if (parsed.command.verb === "edit" && parsed.command.yaml === undefined) {
    return refuse("/amend edit needs the plan as YAML in a fenced block right below it; /edit alone shows it");
  }
  return { kind: "parsed", command: { verb: "amend", change: parsed.command } };
}

function isChange(command: Command): command is ChangeCommand {
  return command.verb in changes;
}
