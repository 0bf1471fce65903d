import type { CommandRow } from "./command.ts";
import { takesNothing } from "./command.ts";

export const status: CommandRow = {
  usage: "",
  summary: "Say how far each task of this plan is and what runs now.",
  examples: ["/status"],
  aliases: [],
  needs: "triage",
  takesBlock: false,
  parse: takesNothing("status"),
};
