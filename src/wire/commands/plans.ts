import type { CommandRow } from "./command.ts";
import { takesNothing } from "./command.ts";

export const plans: CommandRow = {
  usage: "",
  summary: "List the plans of this repository.",
  examples: ["/plans"],
  aliases: [],
  needs: "triage",
  takesBlock: false,
  parse: takesNothing("plans"),
};
