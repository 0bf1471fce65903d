import { CoppiceError } from "../core/errors.ts";
import { openAnthropicModel } from "../models/anthropic.ts";
import { keywordPlanner } from "../planner/keywords/keyword-planner.ts";
import { openModelPlanner } from "../planner/model-planner.ts";
import type { Planner } from "../planner/planner.ts";
import type { Code } from "../ports/code.ts";
import type { AppOptions } from "./options.ts";

/** Who plans for a repository with that code. */
export type ChosenPlanner = (code: Code) => Planner;

/** The model where there is a key, else keywords. Throws CoppiceError config-invalid when a model is asked for and has no key. */
export function choosePlanner({ planner, anthropic }: Pick<AppOptions, "planner" | "anthropic">): ChosenPlanner {
  if (planner === "keywords" || (planner === "auto" && anthropic === undefined)) return () => keywordPlanner;
  if (anthropic === undefined) {
    throw new CoppiceError("config-invalid", "the planner is anthropic, but ANTHROPIC_API_KEY is not set");
  }
  const model = openAnthropicModel(anthropic);
  return (code) => openModelPlanner({ model, code });
}
