import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, type Transaction } from "lmdb";
import { past } from "./past.ts";
import { tables } from "./tables.ts";

/** Everything the forge remembers besides git objects and refs. */
export interface Store extends ReturnType<typeof tables> {
  /** How many issues and pull requests of the repository are open. */
  openIssueCount(repositoryId: number): number;
  /** Runs `effects` as one transaction: all of its writes are kept, or none if it throws. It must be synchronous. */
  transaction<Result>(effects: () => Result): Result;
  /** A database id no other thing of this forge has; only inside a transaction. */
  nextId(): number;
  /** The next number for an issue or pull request of the repository; only inside a transaction. */
  nextNumber(repositoryId: number): number;
  /** The store as it was then, for reading; the present one where nothing was written since, or that past is not kept. */
  asOf(time: number): Store;
  close(): Promise<void>;
}

/** By which clock states are kept, and how long: milliseconds, 0 for not at all. */
export interface StoreClock {
  now(): number;
  oldest(): number;
}

/** Opens (or makes) the store in `folder`; what a transaction wrote survives kill -9 the moment it returns. */
export function openStore(folder: string, clock: StoreClock = { now: Date.now, oldest: () => 0 }): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = open<unknown, (string | number | Buffer)[]>({
    path: join(folder, "store"),
    noSubdir: false,
  });
  const count = (name: string, key: number): number => {
    const before = database.get(["counter", name, key]);
    const next = (typeof before === "number" ? before : 0) + 1;
    database.putSync(["counter", name, key], next);
    return next;
  };
  const before = past(database, clock);
  let isWriting = false;
  const write = <Result>(effects: () => Result): Result => {
    if (isWriting) return database.transactionSync(effects);
    before.remember();
    isWriting = true;
    try {
      return database.transactionSync(effects);
    } finally {
      isWriting = false;
    }
  };
  const at = (then?: Transaction): Store => {
    const held = tables(database, then);
    return {
      ...held,
      openIssueCount: (repositoryId) => held.issues.count("open", [repositoryId]),
      transaction: write,
      nextId: () => count("id", 0) + 1000,
      nextNumber: (repositoryId) => count("number", repositoryId),
      asOf: (time) => {
        const found = before.at(time);
        return found === undefined ? present : at(found);
      },
      close: () => {
        before.close();
        return database.close();
      },
    };
  };
  const present = at();
  return present;
}
