import type { Failure } from "../run/run.ts";
import { failureAge } from "./attempts.ts";
import type { LeaseView } from "./snapshot.ts";

/** An agent nothing is given to for now: its provider's quota is spent. */
export interface ParkedAgent {
  readonly agent: string;
  /** Milliseconds until it is tried again. */
  readonly left: number;
  readonly message: string;
}

/** Minutes an agent rests after the first, second … spent quota in a row, where the provider does not say how long. */
const pauses = [5, 15, 60] as const;

/** After so long without a spent quota the next one is the first again, milliseconds. */
const forgottenAfter = 60 * 60_000;

type Told = Pick<LeaseView, "lease" | "unchangedFor">;

/** Which agents are parked, by what the leases of every plan say: one task's spent quota is everybody's. By name. */
export function parkedAgents(leases: readonly Told[], now: number): readonly ParkedAgent[] {
  const told = new Map<string, Seen[]>();
  for (const { lease, unchangedFor } of leases) {
    for (const failure of lease.failures) {
      if (failure.agent === undefined) continue;
      const seen = told.get(failure.agent) ?? [];
      seen.push({ failure, at: now - failureAge(failure, { unchangedFor }, now) });
      told.set(failure.agent, seen);
    }
  }
  return [...told]
    .map(([agent, seen]) => ({ agent, ...restOf(seen, now) }))
    .filter(({ left }) => left > 0)
    .sort((a, b) => (a.agent < b.agent ? -1 : 1));
}

interface Seen {
  readonly failure: Failure;
  /** By the observer's clock, milliseconds since 1970. */
  readonly at: number;
}

/** Several runs may meet the same spent quota: what ends while the agent rests already is no further one in a row. */
function restOf(seen: Seen[], now: number): Omit<ParkedAgent, "agent"> {
  let until = Number.NEGATIVE_INFINITY;
  let inARow = 0;
  let message = "";
  for (const { failure, at } of seen.sort((a, b) => a.at - b.at)) {
    if (failure.kind !== "quota") {
      if (at >= until) inARow = 0;
      continue;
    }
    if (at >= until) inARow = at - until > forgottenAfter ? 1 : inARow + 1;
    until = Math.max(until, at + pauseOf(failure, inARow));
    message = failure.message;
  }
  return { left: Math.max(0, until - now), message };
}

/** Whoever believed a provider that said too little rests as long as if it had said nothing the time before. */
function pauseOf({ retryAfterSeconds }: Failure, inARow: number): number {
  if (retryAfterSeconds === undefined) return ownPause(inARow);
  return Math.max(retryAfterSeconds * 1_000, inARow > 1 ? ownPause(inARow - 1) : 0);
}

function ownPause(inARow: number): number {
  return (pauses[Math.min(inARow, pauses.length) - 1] ?? pauses[0]) * 60_000;
}
