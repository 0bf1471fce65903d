import { planLimits } from "../../core/plan/limits.ts";
import type { CommandRow } from "./command.ts";
import { refuse } from "./command.ts";
import { splitOptions } from "./task-options.ts";

export const add: CommandRow = {
  usage: "<title> [after T1,T2] [agent:<specialist>] [priority:high]",
  summary: "Add a task, waiting for the tasks named.",
  examples: ["/add Write the user guide after T3,T4 agent:docs-writer priority:low"],
  aliases: [],
  changesPlan: true,
  parse(text) {
    const split = splitOptions(text);
    if (split.kind === "refused") return split;
    if (split.text === "") return refuse("/add needs a title; write for example /add Write the user guide after T3");
    if (split.text.length > planLimits.title) {
      return refuse(`the title has ${split.text.length} characters; at most ${planLimits.title} are allowed`);
    }
    return { kind: "parsed", command: { verb: "add", title: split.text, ...split.options } };
  },
};
