import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { HeldLease } from "../../src/core/lease/lease.ts";
import { createLeases } from "../../src/git/leases.ts";
import type { Mirror } from "../../src/git/mirror.ts";
import { createWorkspaces } from "../../src/git/workspaces.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { LeaseAnswer, Leases } from "../../src/ports/leases.ts";
import type { Workspaces } from "../../src/ports/workspaces.ts";
import type { Origin } from "./origin.ts";
import { git, makeFolder, makeMirror, makeOrigin, quiet, writeFiles } from "./origin.ts";
import { systemClock } from "./system-clock.ts";

export const own = "refs/coppice/leases/12";
export const branch = "refs/heads/coppice-leases/12";
export const author = { name: "bot", email: "bot@example.com" };

/** What a process of its own has. */
interface Process {
  readonly leases: Leases;
  readonly workspaces: Workspaces;
  readonly told: { pushes: number };
}

/** A remote whose rules come and go, and processes that work with it. */
export interface Spaces {
  readonly origin: Origin;
  readonly warnings: string[];
  /** A process of its own. `between`: what happens after each push, before anything is read back. */
  open(name: string, between?: (pushes: number) => Promise<unknown>, clock?: Clock): Promise<Process>;
  /** The remote takes no refs of a name of our own, as with GitHub's rulesets or another forge's rules. */
  refuse(): Promise<unknown>;
  allow(): Promise<unknown>;
  /** The same said by a hook, which refuses what is there already as well. */
  refuseByHook(): Promise<void>;
  /** Every ref of ours, in either space. */
  ours(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function makeSpaces(): Promise<Spaces> {
  const folder = await makeFolder();
  const origin = await makeOrigin(folder.path);
  const warnings: string[] = [];
  const open: Spaces["open"] = async (name, between = async () => undefined, clock = systemClock) => {
    const real = await makeMirror(folder.path, name, origin.url);
    const told = { pushes: 0 };
    const remote: Mirror["remote"] = async (args, call) => {
      const result = await real.remote(args, call);
      if (args[0] !== "push") return result;
      told.pushes += 1;
      await between(told.pushes);
      return result;
    };
    const log = { ...quiet, warn: (_: object, message: string) => void warnings.push(message) };
    const parts = { mirror: { ...real, remote }, clock, log };
    const leases = createLeases({ ...parts, defaultBranch: "main" });
    return { leases, told, workspaces: createWorkspaces({ ...parts, folder: `${folder.path}/${name}-runs` }) };
  };
  return {
    origin,
    warnings,
    open,
    refuse: () => git(origin.folder, "config", "receive.hideRefs", "refs/coppice"),
    allow: () => git(origin.folder, "config", "--unset-all", "receive.hideRefs"),
    refuseByHook: async () => {
      await writeFiles(origin.folder, { "hooks/update": '#!/bin/sh\ncase "$1" in refs/coppice/*) exit 1;; esac\n' });
      await chmod(join(origin.folder, "hooks/update"), 0o755);
    },
    ours: async () =>
      (await git(origin.folder, "for-each-ref", "--format=%(refname)"))
        .split("\n")
        .filter((ref) => ref.includes("coppice")),
    remove: folder.remove,
  };
}

export async function held(answer: Promise<LeaseAnswer> | LeaseAnswer): Promise<HeldLease> {
  const { kind, ...rest } = await answer;
  if (kind !== "held" || !("held" in rest)) throw new Error(`not held: ${JSON.stringify(rest)}`);
  return rest.held;
}
