import { loadKinds } from "./kinds.js";
import { fromBase, toBase } from "./unit.js";

/** Converts `amount` of the unit `from` into the unit `to`; both must be of one kind. */
export async function convert(amount, from, to) {
  const kind = (await loadKinds()).find((candidate) => from in candidate.units && to in candidate.units);
  if (kind === undefined) throw new Error(`cannot convert ${from} to ${to}`);
  return fromBase(kind.units[to], toBase(kind.units[from], amount));
}
