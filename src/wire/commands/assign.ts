import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { readSpecialist, splitKey } from "./task-options.ts";

export const assign: CommandRow = {
  usage: "T2 <specialist>",
  summary: "Give a task to another specialist.",
  examples: ["/assign T2 test-engineer"],
  aliases: [],
  needs: "write",
  takesBlock: false,
  parse(text) {
    const { key, word, rest } = splitKey(text);
    if (key === undefined) {
      return refuse(`/assign needs a task first; read \`${quote(word)}\`, write for example /assign T2 test-engineer`);
    }
    const specialist = readSpecialist(rest.replace(/^(?:to\s+)?(?:agent:\s*)?/i, ""));
    if (specialist !== undefined) return { kind: "parsed", command: { verb: "assign", key, specialist } };
    return refuse(
      `/assign needs one specialist after the task; read \`${quote(rest)}\`, write for example /assign ${key} test-engineer`,
    );
  },
};
