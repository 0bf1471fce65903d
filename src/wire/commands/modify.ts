import { planLimits } from "../../core/plan/limits.ts";
import type { CommandRow } from "./command.ts";
import { quote, refuse } from "./command.ts";
import { readKey, splitOptions } from "./task-options.ts";

export const modify: CommandRow = {
  usage: "T2 <what> [after T1|after nothing] [agent:<specialist>] [priority:low]",
  summary:
    "Change one task. `title: …` gives it another title, the options set what they say; other words go to the planner's model, or are added to the task's description where no model is configured.",
  examples: [
    "/modify T2 Use PostgreSQL instead of SQLite",
    "/modify T2 title: Store sessions in PostgreSQL",
    "/modify T2 after T1,T5",
  ],
  aliases: [],
  changesPlan: true,
  parse(text) {
    const word = /^\S*/.exec(text)?.[0] ?? "";
    const key = readKey(word.replace(/[:,]$/, ""));
    if (key === undefined) {
      return refuse(`/modify needs a task first; read \`${quote(word)}\`, write for example /modify T2 Use PostgreSQL`);
    }
    const split = splitOptions(text.slice(word.length));
    if (split.kind === "refused") return split;
    const title = /^title:\s*(.*)$/i.exec(split.text)?.[1];
    if (title === "") return refuse(`the title is empty; write for example /modify ${key} title: Store sessions`);
    if (title !== undefined && title.length > planLimits.title) {
      return refuse(`the title has ${title.length} characters; at most ${planLimits.title} are allowed`);
    }
    const rest = title === undefined && split.text !== "" ? { text: split.text } : {};
    const command = {
      verb: "modify" as const,
      key,
      ...split.options,
      ...(title === undefined ? {} : { title }),
      ...rest,
    };
    if (Object.keys(command).length === 2)
      return refuse(`say what to change; write for example /modify ${key} Use PostgreSQL`);
    return { kind: "parsed", command };
  },
};
