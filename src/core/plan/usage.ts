import type { Usage } from "./plan.ts";

/** The sum; dollars only where every part that used tokens knows its price. */
export function addUsage(one: Usage, other: Usage): Usage {
  const dollars = addDollars(one, other);
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    ...(dollars === undefined ? {} : { dollars }),
  };
}

/** Every token counted once, cached or not. */
export function totalTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

function addDollars(one: Usage, other: Usage): number | undefined {
  const unpriced = [one, other].some((usage) => usage.dollars === undefined && totalTokens(usage) > 0);
  if (unpriced || (one.dollars === undefined && other.dollars === undefined)) return undefined;
  return (one.dollars ?? 0) + (other.dollars ?? 0);
}
