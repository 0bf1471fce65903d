import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { readKey } from "./task-options.ts";

export const remove: CommandRow = {
  usage: "T2",
  summary: "Remove a task; what waited for it waits for what it waited for.",
  examples: ["/remove T2"],
  aliases: ["delete"],
  needs: "write",
  takesBlock: false,
  parse(text) {
    const key = readKey(text);
    if (key !== undefined) return { kind: "parsed", command: { verb: "remove", key } };
    return refuse(`/remove needs one task; read \`${quote(text)}\`, write for example /remove T2`);
  },
};
