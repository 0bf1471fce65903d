import { planLimits } from "../../core/plan/limits.ts";
import type { CommandRow } from "./command.ts";
import { tooLong, wordsOf } from "./words.ts";

export const plan: CommandRow = {
  usage: "[goal]",
  summary:
    "Plan this issue: the goal from here, or from the issue's title and text. With a plan there already: plan anew, with this as guidance.",
  examples: ["/plan Add OAuth login", "/plan"],
  aliases: ["replan"],
  needs: "write",
  takesBlock: true,
  takesBelow: true,
  parse(text, block) {
    const words = wordsOf(text, block);
    const long = tooLong("goal", words, { most: planLimits.goal, hint: "put the rest into the issue's text" });
    return long ?? { kind: "parsed", command: words === "" ? { verb: "plan" } : { verb: "plan", text: words } };
  },
};
