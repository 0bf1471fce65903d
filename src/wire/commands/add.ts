import type { CommandRow } from "./command.ts";
import { readTitled } from "./titled.ts";

export const add: CommandRow = {
  usage: "<title> [after T1,T2] [agent:<specialist>] [priority:high]",
  summary: "Add a task; a fenced block below is its description.",
  examples: [
    "/add Write the user guide after T3,T4 agent:docs-writer priority:low",
    "/add Limit the log's size estimate:30 timeout:60",
  ],
  aliases: [],
  needs: "write",
  takesBlock: true,
  takesBelow: true,
  parse(text, block) {
    const read = readTitled(text, block, "/add Write the user guide after T3");
    return read.kind === "refused" ? read : { kind: "parsed", command: { verb: "add", ...read.task } };
  },
};
