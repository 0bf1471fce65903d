import type { CommandRow } from "./command.ts";
import { takesNothing } from "./command.ts";

export const help: CommandRow = {
  usage: "",
  summary: "Show these commands.",
  examples: ["/help"],
  aliases: [],
  needs: "triage",
  takesBlock: false,
  parse: takesNothing("help"),
};
