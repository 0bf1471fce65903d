import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { readPriority, splitKey } from "./task-options.ts";

export const priority: CommandRow = {
  usage: "T2 high|normal|low",
  summary: "Say what goes first among tasks that are ready.",
  examples: ["/priority T2 high"],
  aliases: [],
  needs: "write",
  takesBlock: false,
  parse(text) {
    const { key, word, rest } = splitKey(text);
    if (key === undefined) {
      return refuse(`/priority needs a task first; read \`${quote(word)}\`, write for example /priority T2 high`);
    }
    const wanted = readPriority(rest);
    if (wanted !== undefined) return { kind: "parsed", command: { verb: "priority", key, priority: wanted } };
    return refuse(
      `/priority needs high, normal or low after the task; read \`${quote(rest)}\`, write for example /priority ${key} high`,
    );
  },
};
