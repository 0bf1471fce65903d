import type { Usage } from "../core/plan/plan.ts";

/** US dollars for a million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Kept for five minutes. */
  readonly cacheWrite: number;
}

const opus: Price = { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 };
const sonnet: Price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

/**
 * List prices from https://platform.claude.com/docs/en/about-claude/pricing, 2026-11. Models whose price depends on the
 * prompt's length are left out: no price is better than a wrong one.
 */
const prices: Readonly<Record<string, Price>> = {
  "claude-opus-5-5": { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  "claude-fable-5-1": { input: 10, output: 50, cacheRead: 0.25, cacheWrite: 12.5 },
  "claude-fable-5": { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 },
  "claude-opus-5": opus,
  "claude-opus-4-8": opus,
  "claude-opus-4-7": opus,
  "claude-opus-4-6": opus,
  "claude-opus-4-5": opus,
  "claude-sonnet-5-5": { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  "claude-sonnet-5": { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  "claude-sonnet-4-6": sonnet,
  "claude-sonnet-4-5": sonnet,
  "claude-haiku-4-5": { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
};

/** What these tokens cost with this model, dated snapshots included; undefined when its price is not known. */
export function dollarsFor(model: string, usage: Omit<Usage, "dollars">): number | undefined {
  const price = prices[model.replace(/-\d{8}$/, "")];
  if (price === undefined) return undefined;
  const sum =
    usage.inputTokens * price.input +
    usage.outputTokens * price.output +
    usage.cacheReadTokens * price.cacheRead +
    usage.cacheWriteTokens * price.cacheWrite;
  return sum / 1_000_000;
}
