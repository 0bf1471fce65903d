import { readFile } from "node:fs/promises";
import type { Specialist } from "../../core/task/specialist.ts";
import { plainWords, untrusted } from "./untrusted.ts";

/** The same for every kind of turn, so that it is read from the model's cache: duties, specialists, repository. */
export async function systemText(specialists: readonly Specialist[], repository: string): Promise<string> {
  text ??= readFile(new URL("../prompts/planner.md", import.meta.url), "utf8");
  return [
    (await text).trimEnd(),
    "## The specialists",
    ...describeSpecialists(specialists),
    "## The repository",
    repository,
  ].join("\n\n");
}

let text: Promise<string> | undefined;

/** Those of the repository are its files' words. */
function describeSpecialists(specialists: readonly Specialist[]): readonly string[] {
  const lines = (some: readonly Specialist[]): string =>
    some.map(({ name, description }) => `- ${name}: ${description}`).join("\n");
  const ours = specialists.filter(({ source }) => source === "built-in");
  const theirs = specialists.filter(({ source }) => source !== "built-in");
  return [
    ...(ours.length === 0 ? [] : [plainWords(lines(ours))]),
    ...(theirs.length === 0 ? [] : ["The repository's own:", untrusted("specialists", lines(theirs))]),
  ];
}
