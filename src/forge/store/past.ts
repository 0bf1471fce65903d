import type { RootDatabase, Transaction } from "lmdb";

/** What the database held a little while ago. */
export interface Past {
  /** Call it before every write: what is there now will soon have been. */
  remember(): void;
  /** The state that was replaced at `time` or next after it; undefined when nothing was written since. */
  at(time: number): Transaction | undefined;
  close(): void;
}

type Reading = Pick<RootDatabase, "resetReadTxn" | "useReadTransaction">;

interface Moment {
  readonly replacedAt: number;
  readonly transaction: Transaction;
}

// The database has room for 126 readers. Writes that come faster share a state with the one before.
const mostMoments = 32;

/** Keeps states as long as `oldest` (milliseconds; 0 keeps none) asks for. */
export function past(database: Reading, clock: { now(): number; oldest(): number }): Past {
  let moments: readonly Moment[] = [];
  const forget = (before: number) => {
    for (const moment of moments) if (moment.replacedAt < before) moment.transaction.done();
    moments = moments.filter(({ replacedAt }) => replacedAt >= before);
  };
  return {
    remember: () => {
      const now = clock.now();
      const oldest = clock.oldest();
      forget(oldest === 0 ? Number.POSITIVE_INFINITY : now - oldest);
      const newest = moments.at(-1)?.replacedAt ?? Number.NEGATIVE_INFINITY;
      if (oldest === 0 || now - newest < oldest / mostMoments) return;
      // The reader in use may have begun before the last write.
      database.resetReadTxn();
      moments = [...moments, { replacedAt: now, transaction: database.useReadTransaction() }];
    },
    at: (time) => {
      forget(clock.now() - clock.oldest());
      return moments.find(({ replacedAt }) => replacedAt >= time)?.transaction;
    },
    close: () => forget(Number.POSITIVE_INFINITY),
  };
}
