import { planLimits } from "../../core/plan/limits.ts";
import { refuse } from "../../core/plan/refuse.ts";
import type { CommandRow } from "./command.ts";
import { tooLong, wordsOf } from "./words.ts";

export const discuss: CommandRow = {
  usage: "<text>",
  summary: "Talk with the planner, also by mentioning the app; it answers and may propose changes or ask questions.",
  examples: ["/discuss Could T2 and T3 be done at the same time?"],
  aliases: ["ask"],
  needs: "triage",
  takesBlock: true,
  takesBelow: true,
  parse(text, block) {
    const words = wordsOf(text, block);
    if (words === "") return refuse("/discuss needs words; write for example /discuss Could T2 be smaller?");
    const long = tooLong("text", words, { most: planLimits.description });
    return long ?? { kind: "parsed", command: { verb: "discuss", text: words } };
  },
};
