import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { readKey } from "./task-options.ts";

export const stop: CommandRow = {
  usage: "T2",
  summary:
    "End what runs of a task and keep it from being started again or merged; its work so far is kept, and it costs no attempt.",
  examples: ["/stop T2"],
  aliases: ["kill"],
  needs: "write",
  takesBlock: false,
  parse(text) {
    const key = readKey(text);
    if (key !== undefined) return { kind: "parsed", command: { verb: "stop", key } };
    return refuse(
      `/stop needs one task; read \`${quote(text)}\`, write for example /stop T2, or /pause to start nothing more`,
    );
  },
};
