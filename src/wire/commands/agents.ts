import type { CommandRow } from "./command.ts";
import { takesNothing } from "./command.ts";

export const agents: CommandRow = {
  usage: "",
  summary: "Say which worker and agent does what, and who is free.",
  examples: ["/agents"],
  aliases: [],
  needs: "triage",
  takesBlock: false,
  parse: takesNothing("agents"),
};
