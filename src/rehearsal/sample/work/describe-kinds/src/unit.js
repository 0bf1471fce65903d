/** What `amount` of this unit is in the kind's base unit. */
export function toBase(unit, amount) {
  return typeof unit === "number" ? amount * unit : unit.toBase(amount);
}

/** What `amount` of the base unit is in this unit. */
export function fromBase(unit, amount) {
  return typeof unit === "number" ? amount / unit : unit.fromBase(amount);
}

/** Problems of a kind's description, as sentences; none when it can be used. */
export function problemsOf(kind) {
  const problems = [];
  if (!(kind.base in kind.units)) problems.push(`${kind.name}: the base unit ${kind.base} is not among its units`);
  for (const [name, unit] of Object.entries(kind.units)) {
    const usable = typeof unit === "number" ? unit > 0 : Boolean(unit.toBase && unit.fromBase);
    if (!usable) problems.push(`${kind.name}: ${name} needs a positive number, or toBase and fromBase`);
  }
  return problems;
}
