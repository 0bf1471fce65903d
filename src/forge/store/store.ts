import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import { tables } from "./tables.ts";

/** Everything the forge remembers besides git objects and refs. */
export type Store = ReturnType<typeof openStore>;

/** Opens (or makes) the store in `folder`; what a transaction wrote survives kill -9 the moment it returns. */
export function openStore(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = open<unknown, (string | number | Buffer)[]>({
    path: join(folder, "store"),
    noSubdir: false,
  });

  const held = tables(database);
  const count = (name: string, key: number): number => {
    const before = database.get(["counter", name, key]);
    const next = (typeof before === "number" ? before : 0) + 1;
    database.putSync(["counter", name, key], next);
    return next;
  };

  return {
    ...held,
    /** How many issues and pull requests of the repository are open. */
    openIssueCount: (repositoryId: number) => held.issues.count("open", [repositoryId]),
    /** Runs `effects` as one transaction: all of its writes are kept, or none if it throws. It must be synchronous. */
    transaction: <Result>(effects: () => Result): Result => database.transactionSync(effects),
    /** A database id no other thing of this forge has; only inside a transaction. */
    nextId: () => count("id", 0) + 1000,
    /** The next number for an issue or pull request of the repository; only inside a transaction. */
    nextNumber: (repositoryId: number) => count("number", repositoryId),
    close: () => database.close(),
  };
}
