import type { PlanState } from "../core/plan/plan.ts";
import type { Effect } from "../core/queue/effects.ts";
import type { ReconcilerPorts } from "./ports.ts";

export interface Led {
  /** What this hub is to do. */
  readonly effects: readonly Effect[];
  /** The rest is the leader's: in so many milliseconds that one could be gone. */
  readonly followFor?: number;
}

/**
 * Only the leader shows how a plan's execution goes: two hubs know different things of it, and would write over each other.
 * What the ledger alone decides (a draft, a first plan comment) is shown by whoever made it so.
 */
export async function led(
  effects: readonly Effect[],
  { state, leadership }: { readonly state: PlanState } & Pick<ReconcilerPorts, "leadership">,
): Promise<Led> {
  const isShared = state.record.status.kind === "approved" && effects.some(isLeaders);
  if (leadership === undefined || !isShared || (await leadership.leads())) return { effects };
  return { effects: effects.filter((effect) => !isLeaders(effect)), followFor: leadership.untilTaken() };
}

function isLeaders(effect: Effect): boolean {
  return effect.kind === "change-labels" || (effect.kind === "render-plan" && effect.comment !== undefined);
}
