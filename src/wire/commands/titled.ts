import { planLimits } from "../../core/plan/limits.ts";
import type { Refused } from "../../core/plan/refuse.ts";
import { refuse } from "../../core/plan/refuse.ts";
import type { TaskOptions } from "./command.ts";
import { splitOptions } from "./task-options.ts";
import { tooLong } from "./words.ts";

/** A new task's title, its description (the block below) and its options. */
export type Titled =
  | { readonly kind: "titled"; readonly task: { readonly title: string; readonly description?: string } & TaskOptions }
  | Refused;

/** Reads `<title> [options]` with the description in the block; `example` is shown when there is no title. */
export function readTitled(text: string, block: string | undefined, example: string): Titled {
  const split = splitOptions(text);
  if (split.kind === "refused") return split;
  const title = split.text;
  if (title === "") return refuse(`${example.split(" ")[0]} needs a title; write for example ${example}`);
  const long =
    tooLong("title", title, { most: planLimits.title, hint: "put the rest into a fenced block below the line" }) ??
    tooLong("description", block ?? "", { most: planLimits.description });
  if (long !== undefined) return long;
  const description = block === undefined || block === "" ? {} : { description: block };
  return { kind: "titled", task: { title, ...description, ...split.options } };
}
