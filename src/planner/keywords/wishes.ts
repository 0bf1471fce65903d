/** What a maintainer says about the shape of the plan, as far as rules can read it. */
export interface Wishes {
  readonly without: ReadonlySet<"design" | "documentation" | "tests">;
  /** Tasks at most. */
  readonly atMost?: number;
}

/** Reads "without docs", "at most 4 tasks", "as one task"; all else is left to whoever does the tasks. */
export function wishesIn(guidance: string): Wishes {
  const text = guidance.slice(0, 4_000);
  const without = new Set<"design" | "documentation" | "tests">();
  for (const [, words] of text.matchAll(left)) {
    if (/doc|doku/i.test(words ?? "")) without.add("documentation");
    if (/design|entwurf/i.test(words ?? "")) without.add("design");
    if (/test/i.test(words ?? "")) without.add("tests");
  }
  const count =
    /\b(?:at most|no more than|max(?:imum)?(?: of)?|up to|only|in|höchstens|maximal)\s+(\d{1,3})\s+(?:tasks?|steps?|parts?|aufgaben)\b/i.exec(
      text,
    )?.[1];
  if (count !== undefined && Number(count) > 0) return { without, atMost: Number(count) };
  return /\b(?:(?:as|in|only|just) (?:one|a single) task|eine einzige aufgabe)\b/i.test(text)
    ? { without, atMost: 1 }
    : { without };
}

const left =
  /\b(?:without|no|skip|drop|leave out|omit|ohne|keine?)\s+((?:(?:a|an|any|the|separate|extra|task|phase|step|for|and|or|,)\s+){0,4}(?:docs?|documentation|design|tests?|testing|doku\w*|entwurf)(?:\s*(?:,|and|or|und|oder)\s*(?:the\s+)?(?:docs?|documentation|design|tests?|testing|doku\w*|entwurf))*)\b/gi;
