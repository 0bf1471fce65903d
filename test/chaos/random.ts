/** Chance that comes again: the same seed gives the same throws. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(all: readonly T[]): T;
  shuffle<T>(all: readonly T[]): T[];
  /** A source of its own: what one part throws does not change what another one gets. */
  fork(): Random;
}

/** Mulberry32, by Tommy Ettinger (public domain): small, and good enough to choose moments. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick(all) {
      const [picked] = all.slice(below(all.length));
      if (picked === undefined) throw new Error("there is nothing to pick from");
      return picked;
    },
    shuffle(all) {
      const left = [...all];
      return all.flatMap(() => left.splice(below(left.length), 1));
    },
    fork: () => seededRandom(below(2 ** 32)),
  };
}
