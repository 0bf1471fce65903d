import type { PlanState } from "../core/plan/plan.ts";
import type { Effect } from "../core/queue/effects.ts";
import type { ReconcilerPorts } from "./ports.ts";

export interface Led {
  /** What this hub is to do. */
  readonly effects: readonly Effect[];
  /** The rest is the leader's: in so many milliseconds that one could be gone. */
  readonly followFor?: number;
}

export interface Showing extends Pick<ReconcilerPorts, "leadership"> {
  readonly state: PlanState;
  /** Somebody has just written here what is to be shown. */
  readonly isAsked: boolean;
}

/**
 * Only the leader shows how a plan's execution goes: two hubs know different things of it, and would write over each other.
 * What the ledger alone decides (a draft, a first plan comment) is shown by whoever made it so, and so is, once, what a
 * person's command has changed: the leader may learn of it minutes later.
 */
export async function led(effects: readonly Effect[], { state, leadership, isAsked }: Showing): Promise<Led> {
  const isShared = state.record.status.kind === "approved" && effects.some(isLeaders);
  if (leadership === undefined || !isShared || isAsked || (await leadership.leads())) return { effects };
  return { effects: effects.filter((effect) => !isLeaders(effect)), followFor: leadership.untilTaken() };
}

function isLeaders(effect: Effect): boolean {
  return effect.kind === "change-labels" || (effect.kind === "render-plan" && effect.comment !== undefined);
}
