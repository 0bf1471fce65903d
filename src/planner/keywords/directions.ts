/** ` from S3`: what follows a preposition, up to the next one. "a pipeline to process … to Snowflake": the first `to` is no direction. */
export function between(goal: string, ...prepositions: readonly string[]): string {
  const line = goal.split("\n", 1)[0] ?? "";
  const phrase = new RegExp(
    `\\s(${prepositions.join("|")})\\s+((?:(?!\\s(?:from|to|into|with|for|using|via|every|each|daily|so|that|which|and (?:an?|the|then))\\s|[.;:!?](?:\\s|$)).){1,60})`,
    "gi",
  );
  const found = [...line.matchAll(phrase)].filter(([, , words]) => !isAim.test(words ?? ""));
  const [, preposition, words] = found.at(prepositions.includes("from") ? 0 : -1) ?? [];
  return preposition === undefined || words === undefined ? "" : ` ${preposition.toLowerCase()} ${words.trim()}`;
}

const isAim =
  /^(?:process|be|build|create|load|move|sync|copy|get|handle|extract|import|export|transform|collect|scratch)\b/i;
