import { isPhased, mostSubIssues, tasksPerParent } from "../plan/phases.ts";
import type { PhaseName } from "../task/phase-name.ts";
import { findPhase, phaseName } from "../task/phase-name.ts";
import type { Phase, PlannedTask, TaskKey } from "../task/task.ts";
import type { Snapshot } from "./snapshot.ts";

/** Whether issues of this plan's tasks are made under phase parents: never beside some that are right under the plan's issue. */
export function usesPhases({ state, tasks, phases }: Snapshot): boolean {
  if (phases !== undefined || state.record.phases !== undefined) return true;
  return isPhased(state.plan, state.record) && !tasks.some(({ issue }) => issue !== undefined);
}

/** Where issues are made now, and which phase parents must be there before more can be. */
export interface Placing {
  readonly under: ReadonlyMap<PhaseName, readonly TaskKey[]>;
  readonly missing: readonly PhaseName[];
}

/** Finds a place for so many tasks, in their order; those that cannot have one stand in nobody's way. */
export function placeTasks(snapshot: Snapshot, tasks: readonly PlannedTask[], most: number): Placing {
  const under = new Map<PhaseName, readonly TaskKey[]>();
  const missing = new Set<PhaseName>();
  let found = 0;
  for (const { key, phase } of tasks) {
    if (found >= most) break;
    const place = placeFor(snapshot, phase, (name) => under.get(name)?.length ?? 0);
    if (place.kind === "under") under.set(place.name, [...(under.get(place.name) ?? []), key]);
    if (place.kind === "new") missing.add(place.name);
    if (place.kind !== "unseen" && place.kind !== "no-room") found += 1;
  }
  return { under, missing: [...missing].slice(0, roomForPhases(snapshot)) };
}

/** `pending`: it is about to be written down. `unseen`: it is recorded and nobody sees it. */
export type Place =
  | { readonly kind: "under" | "new"; readonly name: PhaseName }
  | { readonly kind: "unseen"; readonly issue: number }
  | { readonly kind: "pending" | "no-room" };

/** The newest parent of the phase while it is open and has room, else the one after it. */
export function placeFor(
  snapshot: Pick<Snapshot, "state" | "parent" | "phases">,
  phase: Phase,
  taken: (name: PhaseName) => number = () => 0,
): Place {
  const { phases = [] } = snapshot;
  const recorded = snapshot.state.record.phases ?? {};
  const names = [...Object.keys(recorded), ...phases.map(({ name }) => name)].flatMap((name) => findPhase(name) ?? []);
  const index = Math.max(0, ...names.filter((one) => one.phase === phase).map((one) => one.index));
  const name = phaseName({ phase, index });
  const known = recorded[name];
  if (index > 0 && known === undefined) return { kind: "pending" };
  const seen = phases.find((one) => one.name === name);
  // Reads may be old: another one is not made in its place.
  if (known !== undefined && seen === undefined) return { kind: "unseen", issue: known.number };
  if (seen?.state === "open" && !seen.givenUp && seen.children + taken(name) < tasksPerParent)
    return { kind: "under", name };
  if (roomForPhases(snapshot) === 0) return { kind: "no-room" };
  return { kind: "new", name: phaseName({ phase, index: index + 1 }) };
}

function roomForPhases({ parent }: Pick<Snapshot, "parent">): number {
  return Math.max(0, mostSubIssues - (parent.children ?? 0));
}
