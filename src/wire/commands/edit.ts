import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";

export const edit: CommandRow = {
  usage: "+ a fenced block with the plan as YAML",
  summary: "Write the whole plan as text; without a block it is shown, to be copied and changed.",
  examples: ["/edit"],
  aliases: [],
  needs: "write",
  takesBlock: true,
  parse(text, block) {
    if (text !== "") {
      return refuse(
        `/edit reads the plan from a fenced block right below it; read \`${quote(text)}\`, write /edit alone to get the plan as text`,
      );
    }
    if (block === undefined) return { kind: "parsed", command: { verb: "edit" } };
    if (block.trim() === "") return refuse("the block is empty; write /edit alone to get the plan as text to change");
    return { kind: "parsed", command: { verb: "edit", yaml: block } };
  },
};
