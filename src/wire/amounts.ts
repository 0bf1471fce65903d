import type { Usage } from "../core/plan/plan.ts";
import { totalTokens } from "../core/plan/usage.ts";

/** `12,345 tokens, $0.12`; `no model used` where none was. */
export function formatUsage(usage: Usage): string {
  const tokens = totalTokens(usage);
  if (tokens === 0) return "no model used";
  const dollars = usage.dollars === undefined ? "" : `, $${usage.dollars.toFixed(usage.dollars < 1 ? 3 : 2)}`;
  return `${tokens.toLocaleString("en-US")} tokens${dollars}`;
}

/** `850 ms`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${minutes % 60} min`}`;
}
