import type { CommandRow } from "./command.ts";
import { takesNothing } from "./command.ts";

export const cancel: CommandRow = {
  usage: "",
  summary: "Give the plan up: nothing of it is started any more.",
  examples: ["/cancel"],
  aliases: ["abort"],
  needs: "write",
  takesBlock: false,
  parse: takesNothing("cancel"),
};
