import type { Oid } from "../../../src/core/repository.ts";
import type { Ledger, LedgerCommit, LedgerFile, LedgerHead } from "../../../src/ports/forge/ledger.ts";
import { Files } from "./files.ts";
import { inventOid } from "./oid.ts";
import type { LedgerState, World } from "./world.ts";
import { timestamp } from "./world.ts";

/** The ledger in memory. */
export function memoryLedger(world: World): Ledger {
  return {
    read: () => world.journal.call("ledger.read", undefined, () => headOf(world, newest(world))),
    find: () =>
      world.journal.call("ledger.find", undefined, () =>
        world.ledger.length === 0 ? undefined : headOf(world, newest(world)),
      ),
    commit: (change) =>
      world.journal.call("ledger.commit", change, (): LedgerCommit => {
        if (newest(world).oid !== change.expected) return { kind: "moved" };
        const { files, message } = change;
        return { kind: "committed", head: headOf(world, append(world, { files, message, author: world.botLogin })) };
      }),
  };
}

/** A commit on the ledger; the app's own when its author is the bot. */
export function append(
  world: World,
  { files, message, author }: { files: readonly LedgerFile[]; message: string; author: string },
): LedgerState {
  const before = newest(world).files;
  const next = before.with(files);
  const touched = [...new Set(files.map(({ path }) => path))].filter((path) => before.get(path) !== next.get(path));
  return put(world, { oid: inventOid(), files: next, message, author }, touched);
}

/** Moves the branch back to a commit it once had, as a forced push does. */
export function rewind(world: World, oid: Oid, author: string): LedgerState {
  const wanted = world.ledger.find((state) => state.oid === oid);
  if (wanted === undefined) throw new Error(`the ledger never had a commit ${oid}`);
  const before = newest(world).files;
  const paths = new Set([...before.keys(), ...wanted.files.keys()]);
  const touched = [...paths].filter((path) => before.get(path) !== wanted.files.get(path));
  return put(world, { oid, files: wanted.files, message: wanted.message, author }, touched);
}

function put(
  world: World,
  state: Pick<LedgerState, "oid" | "files" | "message" | "author">,
  touched: string[],
): LedgerState {
  const added = { ...state, at: timestamp(world), touched: touched.sort() };
  world.ledger.push(added);
  return added;
}

/** The ledger's newest commit; the first one is made when there is none. */
export function newest(world: World): LedgerState {
  const last = world.ledger.at(-1);
  if (last !== undefined) return last;
  const root: LedgerState = {
    oid: inventOid(),
    files: new Files().with([{ path: "README.md", text: "The ledger of Coppice.\n" }]),
    message: "Begin",
    author: world.botLogin,
    at: timestamp(world),
    touched: ["README.md"],
  };
  world.ledger.push(root);
  return root;
}

function headOf(world: World, state: LedgerState): LedgerHead {
  let paths: readonly string[] | undefined;
  return {
    oid: state.oid,
    // Of most heads nobody asks for them.
    get paths() {
      paths ??= [...state.files.keys()].sort();
      return paths;
    },
    foreign: foreignUpTo(world, state),
    text: async (path) => state.files.get(path),
  };
}

/** What lies above the app's newest commit, oldest first. */
function foreignUpTo(world: World, state: LedgerState): LedgerHead["foreign"] {
  const history = world.ledger.slice(0, world.ledger.lastIndexOf(state) + 1);
  const own = history.findLastIndex(({ author }) => author === world.botLogin);
  return history.slice(own + 1).map(({ oid, author, at, touched }) => ({ commit: oid, author, at, paths: touched }));
}
