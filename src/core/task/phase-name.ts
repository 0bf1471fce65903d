import type { Phase } from "./task.ts";
import { phases } from "./task.ts";

/** Names a phase parent within its plan: `design`; once that one is full `design-2`, and so on. */
export type PhaseName = Phase | `${Phase}-${number}`;

/** Which of a phase's parents it is, from 1. */
export interface PhasePlace {
  readonly phase: Phase;
  readonly index: number;
}

export function phaseName({ phase, index }: PhasePlace): PhaseName {
  return index === 1 ? phase : `${phase}-${index}`;
}

/** Undefined for what is no name of a phase parent. */
export function findPhase(name: string): (PhasePlace & { readonly name: PhaseName }) | undefined {
  const found = /^([a-z]+)(?:-([1-9]\d{0,2}))?$/.exec(name);
  const phase = phases.find((one) => one === found?.[1]);
  if (phase === undefined || found?.[2] === "1") return undefined;
  const place = { phase, index: Number(found?.[2] ?? 1) };
  return { ...place, name: phaseName(place) };
}
