import type { PlanState } from "../core/plan/plan.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { WantedEffect } from "../core/queue/reconcile.ts";
import { reconcileByRule } from "../core/queue/reconcile.ts";
import { showPlan } from "../core/queue/rules/comment.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { planText } from "./plan-text.ts";
import type { ReadingPorts } from "./ports.ts";

export interface DecisionRequest {
  readonly ports: Pick<ReadingPorts, "specialists"> & { readonly forge: Pick<ReadingPorts["forge"], "gitUrl"> };
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** All that is to be done about a plan as it was seen, its comment last; what is done and what a dry run tells is both this. */
export async function decide({ ports, snapshot, policy, now }: DecisionRequest): Promise<readonly WantedEffect[]> {
  const specialists = canChange(snapshot.state) ? await ports.specialists?.() : undefined;
  const text = planText({ snapshot, policy, now, gitUrl: ports.forge.gitUrl, specialists });
  const shown = showPlan(snapshot, text).map((effect) => ({ rule: "the plan comment shows the plan", effect }));
  return [...reconcileByRule(snapshot, policy, now), ...shown];
}

/** What a plan says of its specialists can still be acted on. */
function canChange({ record, amendment }: PlanState): boolean {
  return record.status.kind === "draft" || amendment !== undefined;
}
