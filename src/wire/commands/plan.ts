import { planLimits } from "../../core/plan/limits.ts";
import type { CommandRow } from "./command.ts";
import { refuse } from "./command.ts";

export const plan: CommandRow = {
  usage: "[goal]",
  summary:
    "Plan this issue: the goal from this line, or from the issue's title and text. Again, with a plan there: plan anew.",
  examples: ["/plan Add OAuth login", "/plan"],
  aliases: [],
  changesPlan: true,
  parse(text) {
    if (text.length > planLimits.goal) {
      return refuse(
        `the goal has ${text.length} characters; at most ${planLimits.goal} are allowed: put the rest into the issue's text`,
      );
    }
    return { kind: "parsed", command: text === "" ? { verb: "plan" } : { verb: "plan", goal: text } };
  },
};
