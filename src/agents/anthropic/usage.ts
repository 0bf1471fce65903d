import type { Usage } from "../../core/plan/plan.ts";

/** Both together; dollars only where every part's price was known. */
export function addUsage(one: Usage, two: Usage): Usage {
  const dollars = isNothing(one)
    ? two.dollars
    : one.dollars === undefined || two.dollars === undefined
      ? undefined
      : one.dollars + two.dollars;
  return {
    inputTokens: one.inputTokens + two.inputTokens,
    outputTokens: one.outputTokens + two.outputTokens,
    cacheReadTokens: one.cacheReadTokens + two.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + two.cacheWriteTokens,
    ...(dollars === undefined ? {} : { dollars }),
  };
}

function isNothing(usage: Usage): boolean {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens === 0;
}

/** Tokens that count against a task's budget: reads from the cache cost a tenth and are counted so. */
export function spent(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheWriteTokens + Math.round(usage.cacheReadTokens / 10);
}
