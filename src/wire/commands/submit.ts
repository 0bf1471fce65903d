import { planLimits } from "../../core/plan/limits.ts";
import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow, ParsedArguments } from "./command.ts";
import { readTitled } from "./titled.ts";
import { tooLong, wordsOf } from "./words.ts";

/** Phones make a long dash of two. */
const decompose = /^(?:--|[\u2013\u2014])decompose(?=\s|$)/i;

export const submit: CommandRow = {
  usage: "<task> [agent:<specialist>] [priority:high] | --decompose <goal>",
  summary: "Straight into the queue: one task, or a goal planned and approved in one go.",
  examples: [
    "/submit Fix the broken link in the footer agent:docs-writer",
    "/submit --decompose Add a dark mode to the settings page",
  ],
  aliases: [],
  needs: "write",
  takesBlock: true,
  takesBelow: true,
  parse(text, block) {
    const option = decompose.exec(text)?.[0];
    if (option !== undefined) return readGoal(wordsOf(text.slice(option.length).trim(), block));
    const read = readTitled(text, block, "/submit Fix the broken link in the footer");
    if (read.kind === "refused") return read;
    if (read.task.needs !== undefined && read.task.needs.length > 0) {
      return refuse("a submitted task is alone in its plan and waits for nothing; leave the `after` out, or use /add");
    }
    return { kind: "parsed", command: { verb: "submit", ...read.task } };
  },
};

function readGoal(goal: string): ParsedArguments {
  if (goal === "") return refuse("the goal is missing; write for example /submit --decompose Add a dark mode");
  const long = tooLong("goal", goal, { most: planLimits.goal });
  return long ?? { kind: "parsed", command: { verb: "submit", decompose: goal } };
}
