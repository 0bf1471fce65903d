import type { Ledger, LedgerCommit, LedgerFile, LedgerHead } from "../../../src/ports/forge/ledger.ts";
import { inventOid } from "./oid.ts";
import type { LedgerState, World } from "./world.ts";

/** The ledger in memory. */
export function memoryLedger(world: World): Ledger {
  return {
    read: () => world.journal.call("ledger.read", undefined, () => headOf(newest(world))),
    commit: (change) =>
      world.journal.call("ledger.commit", change, (): LedgerCommit => {
        if (newest(world).oid !== change.expected) return { kind: "moved" };
        return { kind: "committed", head: headOf(append(world, change.files, change.message)) };
      }),
  };
}

/** A commit on the ledger, whoever makes it. */
export function append(world: World, files: readonly LedgerFile[], message: string): LedgerState {
  const next = new Map(newest(world).files);
  for (const { path, text } of files) {
    if (text === null) next.delete(path);
    else next.set(path, text);
  }
  const state = { oid: inventOid(), files: next, message };
  world.ledger.push(state);
  return state;
}

function newest(world: World): LedgerState {
  const last = world.ledger.at(-1);
  if (last !== undefined) return last;
  const root = { oid: inventOid(), files: new Map([["README.md", "The ledger of Coppice.\n"]]), message: "Begin" };
  world.ledger.push(root);
  return root;
}

function headOf(state: LedgerState): LedgerHead {
  return { oid: state.oid, paths: [...state.files.keys()].sort(), text: async (path) => state.files.get(path) };
}
