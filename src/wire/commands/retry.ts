import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { readName, splitKey } from "./task-options.ts";

export const retry: CommandRow = {
  usage: "T2 [with <agent>]",
  summary: "Begin a task's attempts anew, with another agent if you say so; takes back a pause or a stop.",
  examples: ["/retry T2", "/retry T2 with codex"],
  aliases: [],
  needs: "write",
  takesBlock: false,
  parse(text) {
    const { key, word, rest } = splitKey(text);
    if (key === undefined) {
      return refuse(`/retry needs a task first; read \`${quote(word)}\`, write for example /retry T2`);
    }
    if (rest === "") return { kind: "parsed", command: { verb: "retry", key } };
    const agent = readName(/^(?:with\s+)?(?:agent:\s*)?(\S+)$/i.exec(rest)?.[1] ?? "");
    if (agent !== undefined && agent !== "with") return { kind: "parsed", command: { verb: "retry", key, agent } };
    return refuse(
      `/retry takes one agent after the task; read \`${quote(rest)}\`, write for example /retry ${key} with codex`,
    );
  },
};
