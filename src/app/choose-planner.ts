import { CoppiceError } from "../core/errors.ts";
import { keywordPlanner } from "../planner/keywords/keyword-planner.ts";
import type { Planner } from "../planner/planner.ts";
import type { Code } from "../ports/code.ts";
import type { AppOptions } from "./options.ts";

/** Who plans: the model where there is a key, else keywords. Throws CoppiceError config-invalid when a model is asked for and has no key. */
export function choosePlanner({ planner }: Pick<AppOptions, "planner" | "anthropic">): (code: Code) => Planner {
  if (planner === "anthropic")
    throw new CoppiceError("config-invalid", "no model can plan yet: use the keywords planner");
  return () => keywordPlanner;
}
