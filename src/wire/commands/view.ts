import type { CommandRow } from "./command.ts";
import { takesNothing } from "./command.ts";

export const view: CommandRow = {
  usage: "",
  summary: "Show the plan again, with every task's description and acceptance.",
  examples: ["/view"],
  aliases: ["show"],
  needs: "triage",
  takesBlock: false,
  parse: takesNothing("view"),
};
