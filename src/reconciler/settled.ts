import type { PlanState } from "../core/plan/plan.ts";

/** A plan finished this lately may still lack its last touch; milliseconds. */
const lately = 24 * 60 * 60_000;

/** Says whether anything about a plan has changed since. */
export function settledMark({ hash, record, proposal, foreign }: PlanState): string {
  return `${hash} ${JSON.stringify([record, proposal, foreign])}`;
}

/** Approved plans always; drafts, cancelled and lately finished ones until nothing is left to do; older ones never. */
export function isWorthALook(state: PlanState, settled: string | undefined, now: number): boolean {
  const { status } = state.record;
  if (status.kind === "approved") return true;
  if (settled === settledMark(state)) return false;
  return status.kind !== "done" || now - Date.parse(status.at) < lately;
}
