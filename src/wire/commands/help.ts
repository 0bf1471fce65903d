import type { CommandRow } from "./command.ts";
import { takesNothing } from "./command.ts";

export const help: CommandRow = {
  usage: "",
  summary: "Show these commands.",
  examples: ["/help"],
  aliases: [],
  changesPlan: false,
  needs: "triage",
  takesBlock: false,
  parse: takesNothing("help"),
};
