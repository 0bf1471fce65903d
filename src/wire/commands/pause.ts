import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { quote } from "./command.ts";
import { readKey } from "./task-options.ts";

export const pause: CommandRow = {
  usage: "[T2]",
  summary:
    "Start nothing more and merge nothing of this plan; what runs goes on to its end. With a task: only that one is neither started nor merged.",
  examples: ["/pause", "/pause T2"],
  aliases: [],
  needs: "write",
  takesBlock: false,
  parse: (text) => ofPlanOrTask("pause", text),
};

export const resume: CommandRow = {
  usage: "[T2]",
  summary: "Go on: takes back a pause, and for a task a stop too.",
  examples: ["/resume", "/resume T2"],
  aliases: [],
  needs: "write",
  takesBlock: false,
  parse: (text) => ofPlanOrTask("resume", text),
};

function ofPlanOrTask(verb: "pause" | "resume", text: string): ReturnType<CommandRow["parse"]> {
  if (text === "") return { kind: "parsed", command: { verb } };
  const key = readKey(text);
  if (key !== undefined) return { kind: "parsed", command: { verb, key } };
  return refuse(`/${verb} takes one task or none; read \`${quote(text)}\`, write for example /${verb} T2`);
}
