import { planLimits } from "../../core/plan/limits.ts";
import { refuse } from "../../core/plan/refuse.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { CommandRow, ParsedArguments } from "./command.ts";
import { quote } from "./command.ts";
import { splitKey, splitOptions } from "./task-options.ts";
import { tooLong, wordsOf } from "./words.ts";

export const modify: CommandRow = {
  usage: "T2 <what> [after T1|after nothing] [agent:<specialist>] [priority:low]",
  summary:
    "Change one task in words, by options, or its title with `title: …`. Without a model the words are added to its description.",
  examples: [
    "/modify T2 Use PostgreSQL instead of SQLite",
    "/modify T2 title: Store sessions in PostgreSQL",
    "/modify T2 after T1,T5",
  ],
  aliases: ["change"],
  needs: "write",
  takesBlock: true,
  takesBelow: true,
  parse(text, block) {
    const { key, word, rest } = splitKey(text);
    if (key !== undefined) return readChange(key, rest, block);
    return refuse(`/modify needs a task first; read \`${quote(word)}\`, write for example /modify T2 Use PostgreSQL`);
  },
};

function readChange(key: TaskKey, rest: string, block: string | undefined): ParsedArguments {
  const split = splitOptions(rest, { prose: true });
  if (split.kind === "refused") return split;
  const title = /^title:\s*(.*)$/i.exec(split.text)?.[1];
  const words = wordsOf(title === undefined ? split.text : "", block);
  if (title === "") return refuse(`the title is empty; write for example /modify ${key} title: Store sessions`);
  const long =
    tooLong("title", title ?? "", { most: planLimits.title }) ??
    tooLong("text", words, { most: planLimits.description });
  if (long !== undefined) return long;
  if (title === undefined && words === "" && Object.keys(split.options).length === 0) {
    return refuse(`say what to change; write for example /modify ${key} Use PostgreSQL`);
  }
  const command = {
    verb: "modify" as const,
    key,
    ...split.options,
    ...(title === undefined ? {} : { title }),
    ...(words === "" ? {} : { text: words }),
  };
  return { kind: "parsed", command };
}
