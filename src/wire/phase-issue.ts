import type { Plan } from "../core/plan/plan.ts";
import { phaseMarks } from "../core/task/marker.ts";
import type { PhaseName } from "../core/task/phase-name.ts";
import { findPhase } from "../core/task/phase-name.ts";
import { neutraliseLine } from "./neutralise.ts";

/** A phase parent's title: `Implementation (2): <goal>`. */
export function formatPhaseTitle(name: PhaseName, { goal }: Pick<Plan, "goal">): string {
  return neutraliseLine(`${titleOf(name)}: ${goal}`, 200);
}

/** A phase parent: the marker first, then what it is for. */
export function formatPhaseIssue(name: PhaseName, { plan }: { readonly plan: number }): string {
  return [
    phaseMarks.format({ plan, key: name }),
    `Part of #${plan}: it holds tasks of this plan as its sub-issues, because one issue can have a hundred only. It is no task itself, and is closed with the plan.`,
  ].join("\n");
}

function titleOf(name: PhaseName): string {
  const { phase, index } = findPhase(name) ?? { phase: name, index: 1 };
  const word = `${phase.slice(0, 1).toUpperCase()}${phase.slice(1)}`;
  return index === 1 ? word : `${word} (${index})`;
}
