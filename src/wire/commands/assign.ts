import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { readName, splitKey } from "./task-options.ts";

export const assign: CommandRow = {
  usage: "T2 <specialist or agent>",
  summary:
    "Give a task to another specialist, or have another agent do it. On an approved plan that changes nothing of what was approved.",
  examples: ["/assign T2 test-engineer", "/assign T2 codex"],
  aliases: [],
  needs: "write",
  takesBlock: false,
  parse(text) {
    const { key, word, rest } = splitKey(text);
    if (key === undefined) {
      return refuse(`/assign needs a task first; read \`${quote(word)}\`, write for example /assign T2 test-engineer`);
    }
    const name = readName(rest.replace(/^(?:to\s+)?(?:agent:\s*)?/i, ""));
    if (name !== undefined) return { kind: "parsed", command: { verb: "assign", key, name } };
    return refuse(
      `/assign needs one specialist or agent after the task; read \`${quote(rest)}\`, write for example /assign ${key} test-engineer`,
    );
  },
};
