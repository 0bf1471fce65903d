import type { PlanState } from "../core/plan/plan.ts";
import type { PhaseParent } from "../core/queue/snapshot.ts";
import { findPhase } from "../core/task/phase-name.ts";
import type { PlanView } from "../ports/forge/plan-views.ts";

/** The plan's phase parents that are seen: the ledger's word first, else the oldest issue with the name's marker. */
export function phaseParents(
  { record }: Pick<PlanState, "record">,
  { issues }: Pick<PlanView, "issues">,
): readonly PhaseParent[] {
  const direct = issues.filter(({ parent }) => parent === undefined).sort((a, b) => a.number - b.number);
  const recorded = Object.keys(record.phases ?? {}).flatMap((name) => findPhase(name)?.name ?? []);
  const names = new Set([...recorded, ...direct.flatMap(({ phase }) => phase ?? [])]);
  return [...names].flatMap((name) => {
    const known = record.phases?.[name];
    const found = direct.find(({ number, phase }) => (known === undefined ? phase === name : number === known.number));
    if (found === undefined) return [];
    const { number, id, nodeId, state } = found;
    const children = issues.filter(({ parent }) => parent === number).length;
    return [{ name, number, id, nodeId, state, children, ...(known?.givenUp ? { givenUp: true as const } : {}) }];
  });
}

/** Open issues made a second time for a phase: the one that stands for it stays. */
export function phaseStrays(
  { record }: Pick<PlanState, "record">,
  { issues }: Pick<PlanView, "issues">,
  parents: readonly PhaseParent[],
): readonly number[] {
  return issues.flatMap(({ phase, parent, state, number }) => {
    if (phase === undefined || parent !== undefined || state === "closed") return [];
    const chosen = record.phases?.[phase]?.number ?? parents.find(({ name }) => name === phase)?.number;
    return chosen === undefined || chosen === number ? [] : [number];
  });
}
