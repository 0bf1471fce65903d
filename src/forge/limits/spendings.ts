/** What was spent in a sliding window. */
export interface Spendings {
  add(amount: number, now: number): void;
  /** When so much more will fit; `now` when it does already, undefined when it never will. */
  roomAt(amount: number, now: number): number | undefined;
}

/** At most `limit` within `length` milliseconds. */
export function spendings(limit: number, length: number): Spendings {
  let spent: readonly { at: number; amount: number }[] = [];
  return {
    add: (amount, at) => {
      if (amount !== 0) spent = [...spent, { at, amount }];
    },
    roomAt: (amount, now) => {
      spent = spent.filter(({ at }) => at + length > now);
      if (amount > limit) return undefined;
      let total = spent.reduce((sum, entry) => sum + entry.amount, amount);
      if (total <= limit) return now;
      for (const entry of spent) {
        total -= entry.amount;
        if (total <= limit) return entry.at + length;
      }
      return undefined;
    },
  };
}
