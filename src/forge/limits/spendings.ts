/** What was spent in a sliding window. */
export interface Spendings {
  /** Gives the way to take it back. */
  add(amount: number, now: number): () => void;
  /** When so much more will fit; `now` when it does already, undefined when it never will. */
  roomAt(amount: number, now: number): number | undefined;
}

/** At most `limit` within `length` milliseconds. */
export function spendings(limit: number, length: number): Spendings {
  let spent: readonly Spent[] = [];
  return {
    add: (amount, at) => {
      const entry = { at, amount };
      spent = [...spent, entry];
      return () => {
        spent = spent.filter((other) => other !== entry);
      };
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

interface Spent {
  readonly at: number;
  readonly amount: number;
}
