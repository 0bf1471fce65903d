import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HeldLease, Lease } from "../../src/core/lease/lease.ts";
import { branchesChosen } from "../../src/core/lease/spaces.ts";
import { createLeases } from "../../src/git/leases.ts";
import type { Mirror } from "../../src/git/mirror.ts";
import { createWorkspaces } from "../../src/git/workspaces.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { LeaseAnswer, Leases } from "../../src/ports/leases.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";
import type { Origin } from "./origin.ts";
import { git, makeFolder, makeLease, makeMirror, makeOrigin, quiet, writeFiles } from "./origin.ts";
import { systemClock } from "./system-clock.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;
let warnings: string[];

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
  warnings = [];
});
afterEach(() => folder.remove());

const own = "refs/coppice/leases/12";
const branch = "refs/heads/coppice-leases/12";
const author = { name: "bot", email: "bot@example.com" };

/** A process of its own. `between`: what happens after each push, before anything is read back. */
async function open(
  name: string,
  between: (pushes: number) => Promise<unknown> = async () => undefined,
  clock: Clock = systemClock,
) {
  const real = await makeMirror(folder.path, name, origin.url);
  const told = { pushes: 0 };
  const remote: Mirror["remote"] = async (args, call) => {
    const result = await real.remote(args, call);
    if (args[0] !== "push") return result;
    told.pushes += 1;
    await between(told.pushes);
    return result;
  };
  const mirror = { ...real, remote };
  const log = { ...quiet, warn: (_: object, message: string) => void warnings.push(message) };
  const parts = { mirror, clock, log };
  const leases = createLeases({ ...parts, defaultBranch: "main" });
  return { leases, told, workspaces: createWorkspaces({ ...parts, folder: `${folder.path}/${name}-runs` }) };
}

/** The remote takes no refs of a name of our own, as with GitHub's rulesets or another forge's rules. */
const refuse = () => git(origin.folder, "config", "receive.hideRefs", "refs/coppice");
const allow = () => git(origin.folder, "config", "--unset-all", "receive.hideRefs");
const ours = async () =>
  (await git(origin.folder, "for-each-ref", "--format=%(refname)"))
    .split("\n")
    .filter((ref) => ref.includes("coppice"));

/** The same said by a hook, which refuses what is there already as well. */
async function refuseByHook(): Promise<void> {
  await writeFiles(origin.folder, { "hooks/update": '#!/bin/sh\ncase "$1" in refs/coppice/*) exit 1;; esac\n' });
  await chmod(join(origin.folder, "hooks/update"), 0o755);
}

async function held(answer: Promise<LeaseAnswer> | LeaseAnswer): Promise<HeldLease> {
  const { kind, ...rest } = await answer;
  if (kind !== "held" || !("held" in rest)) throw new Error(`not held: ${JSON.stringify(rest)}`);
  return rest.held;
}

const claims = (leases: Leases, issues: readonly number[]) =>
  leases.swapAll(issues.map((issue) => ({ expected: undefined, lease: makeLease({ issue }) })));

describe("many leases at once", () => {
  it("are moved by one push, each answered for by itself", async () => {
    const [one, two] = [await open("one"), await open("two")];
    const theirs = await held(two.leases.swap(undefined, makeLease({ issue: 13, holder: "two/run-2" })));
    const answers = await claims(one.leases, [12, 13, 14]);
    expect(answers.map(({ kind }) => kind)).toEqual(["held", "lost", "held"]);
    expect(answers[1]).toEqual({ kind: "lost", current: theirs });
    expect(one.told.pushes).toBe(1);
    const freed = answers.flatMap((answer) =>
      answer.kind === "held"
        ? [{ expected: answer.held.oid, lease: { ...answer.held.lease, phase: "free" as const } }]
        : [],
    );
    expect((await one.leases.swapAll(freed)).map(({ kind }) => kind)).toEqual(["held", "held"]);
    expect(one.told.pushes).toBe(2);
    expect([...(await two.leases.list()).values()].map(({ lease }) => lease.phase)).toEqual([
      "free",
      "running",
      "free",
    ]);
  });

  it("of which one cannot be pushed are held all the same, and that one is told as failed", async () => {
    const { leases } = await open("one", undefined, hurryingClock());
    await git(origin.folder, "update-ref", "refs/coppice/leases/13/x", (await origin.ref("refs/heads/main")) ?? "");
    const answers = await claims(leases, [12, 13]);
    expect(answers.map(({ kind }) => kind)).toEqual(["held", "failed"]);
  });

  it("that a process claims at the same moment share a push, and no two of one task do", async () => {
    const { leases, told } = await open("one");
    const swaps = [12, 13, 14, 15, 12].map((issue) => leases.swap(undefined, makeLease({ issue })));
    expect((await Promise.all(swaps)).map(({ kind }) => kind)).toEqual(["held", "held", "held", "held", "lost"]);
    expect(told.pushes).toBeLessThanOrEqual(3);
  });
});

describe("a remote that takes no refs below refs/coppice", () => {
  it("has everything in branches, found out by one refused push and told once; every process agrees", async () => {
    await refuse();
    const [one, two] = [await open("one"), await open("two")];
    const mine = await held(one.leases.swap(undefined, makeLease()));
    expect(warnings).toEqual([expect.stringContaining("takes no refs below refs/coppice")]);
    expect(await ours()).toEqual([branch, branchesChosen]);
    expect(await two.leases.swap(undefined, makeLease({ holder: "two/run-2" }))).toEqual({
      kind: "lost",
      current: mine,
    });
    expect((await two.leases.list()).get(12)).toEqual(mine);
    const opened = await one.workspaces.open(
      { run: "run", defaultBranch: "main", branch: "coppice/12-task", startOver: false, files: [], author },
      new AbortController().signal,
    );
    if (opened.kind !== "ready") throw new Error(opened.kind);
    const { workspace } = opened;
    const tree = await git(origin.folder, "rev-parse", "main^{tree}");
    const head = await workspace.commit({ tree, message: "work", author });
    await workspace.keep(head, "refs/coppice/trash/12-1", "remote");
    expect(await origin.ref("refs/heads/coppice-trash/12-1")).toBe(head);
    const lease: Lease = { ...mine.lease, phase: "published", head };
    const published = await workspace.publish({ held: mine, lease, head, files: new Map([["result.md", "done"]]) });
    if (published.kind !== "published") throw new Error(published.kind);
    const [seen] = [...(await two.leases.list()).values()];
    expect(seen).toMatchObject({ oid: published.lease, lease: { phase: "published" } });
    expect((await two.leases.files(published.lease)).get("result.md")).toBe("done");
    if (seen) await two.leases.remove([{ held: seen, branch: { name: "coppice/12-task", head } }]);
    expect(await ours()).toEqual([branchesChosen, "refs/heads/coppice-trash/12-1"]);
    expect(warnings).toHaveLength(2);
    const before = one.told.pushes;
    await held(one.leases.swap(undefined, makeLease({ issue: 13 })));
    expect(one.told.pushes).toBe(before + 1);
  });

  it("has many leases claimed in branches by three pushes, whoever asks first", async () => {
    await refuse();
    const { leases, told } = await open("one");
    expect((await claims(leases, [12, 13, 14])).map(({ kind }) => kind)).toEqual(["held", "held", "held"]);
    // Refused; the choice; in branches.
    expect(told.pushes).toBe(3);
  });

  it("is told from one that takes nothing at all", async () => {
    await git(origin.folder, "config", "receive.hideRefs", "refs");
    const { leases } = await open("one");
    await expect(leases.swap(undefined, makeLease())).rejects.toThrow(
      /refuses refs\/coppice\/leases\/12: .*hidden ref/,
    );
    expect(warnings).toEqual([]);
  });

  it("that came to refuse them only now has those that lie there moved among the branches by whoever holds them", async () => {
    const [one, two] = [await open("one"), await open("two")];
    const mine = await held(one.leases.swap(undefined, makeLease()));
    await refuseByHook();
    const renewed = await held(one.leases.swap(mine.oid, mine.lease));
    expect(await origin.ref(branch)).toBe(renewed.oid);
    expect(await origin.ref(own)).toBe(mine.oid);
    // What is left behind counts for nobody: not for who lists, and not for who knows only of it.
    expect((await two.leases.list()).get(12)).toEqual(renewed);
    const stale = await open("stale");
    const theirs = { ...mine.lease, epoch: 2, holder: "two/run-2" };
    expect(await stale.leases.swap(mine.oid, theirs)).toEqual({ kind: "lost", current: renewed });
    const again = await held(one.leases.swap(renewed.oid, renewed.lease));
    await rm(join(origin.folder, "hooks/update"));
    expect(await (await open("later")).leases.swap(mine.oid, theirs)).toEqual({ kind: "lost", current: again });
    expect([...(await two.leases.list()).values()]).toEqual([again]);
    // Whatever is left behind goes with the lease.
    await two.leases.remove([{ held: again }]);
    expect(await ours()).toEqual([branchesChosen]);
  });

  it("loses nothing of what a lease says where one moves it and another, the rule being lifted, does not", async () => {
    const mine = await held((await open("one")).leases.swap(undefined, makeLease({ head: "1".repeat(40) })));
    await refuseByHook();
    const theirs = { ...mine.lease, epoch: 2, holder: "two/run-2" };
    const other = await open("two");
    const mover = await open("three", async (pushes) => {
      // Refused, the choice, and then the move: before that is read back.
      if (pushes !== 3) return;
      await rm(join(origin.folder, "hooks/update"));
      expect((await other.leases.swap(mine.oid, theirs)).kind).toBe("lost");
    });
    expect((await mover.leases.swap(mine.oid, { ...theirs, holder: "three/run-3" })).kind).toBe("lost");
    const [left] = [...(await other.leases.list()).values()];
    expect(left?.lease).toMatchObject({ epoch: 2, head: mine.lease.head });
  });

  it("has one owner where two take over at once what it came to refuse", async () => {
    const mine = await held((await open("one")).leases.swap(undefined, makeLease()));
    await refuseByHook();
    const claimers = [await open("two"), await open("three")];
    const answers = await Promise.all(
      claimers.map(({ leases }, at) =>
        leases.swap(mine.oid, makeLease({ epoch: 2, holder: `w${at}/run`, phase: "claimed" })),
      ),
    );
    expect(answers.map(({ kind }) => kind).sort()).toEqual(["held", "lost"]);
  });

  it("that came to refuse them only now keeps no finished work from being published, saved and cleared away", async () => {
    const { leases, workspaces } = await open("one", undefined, hurryingClock());
    const mine = await held(leases.swap(undefined, makeLease()));
    const request = {
      run: "run",
      defaultBranch: "main",
      branch: "coppice/12-task",
      startOver: false,
      files: [],
      author,
    };
    const opened = await workspaces.open(request, new AbortController().signal);
    if (opened.kind !== "ready") throw new Error(opened.kind);
    const { workspace } = opened;
    const tree = await git(origin.folder, "rev-parse", "main^{tree}");
    const head = await workspace.commit({ tree, message: "work", author });
    await refuseByHook();
    const lease: Lease = { ...mine.lease, phase: "published", head };
    const published = await workspace.publish({ held: mine, lease, head, files: new Map() });
    expect(published).toEqual({ kind: "published", lease: await origin.ref(branch) });
    expect(await origin.ref("refs/heads/coppice/12-task")).toBe(head);
    const [seen] = [...(await leases.list()).values()];
    expect(seen?.lease.phase).toBe("published");
    if (seen) await leases.remove([{ held: seen, branch: { name: "coppice/12-task", head } }]);
    expect(warnings.filter((line) => line.includes("delete it by hand"))).toHaveLength(1);
    expect(await ours()).toEqual([own, branchesChosen]);
    const [left] = [...(await leases.list()).values()];
    if (left) await leases.remove([{ held: left }]);
    expect(warnings.filter((line) => line.includes("delete it by hand"))).toHaveLength(1);
  });

  it("that came to refuse them only now takes work that failed among the branches", async () => {
    const { workspaces } = await open("one");
    const request = {
      run: "run",
      defaultBranch: "main",
      branch: "coppice/12-task",
      startOver: false,
      files: [],
      author,
    };
    const opened = await workspaces.open(request, new AbortController().signal);
    if (opened.kind !== "ready") throw new Error(opened.kind);
    await refuseByHook();
    const head = (await origin.ref("refs/heads/main")) ?? "";
    await opened.workspace.keep(head, "refs/coppice/trash/12-1", "remote");
    expect(await origin.ref("refs/heads/coppice-trash/12-1")).toBe(head);
  });
});

describe("two processes that do not see the same space yet", () => {
  it("have one owner: a claim among our own refs gives way when branches were chosen before it was read back", async () => {
    const other = await open("two");
    const one = await open("one", async (pushes) => {
      if (pushes > 1) return;
      await refuse();
      await held(other.leases.swap(undefined, makeLease({ issue: 13 })));
      await allow();
    });
    const mine = await held(one.leases.swap(undefined, makeLease()));
    expect(await origin.ref(own)).toBeUndefined();
    expect(await origin.ref(branch)).toBe(mine.oid);
  });

  it("have one owner: a claim in branches gives way to one that was made among our own refs", async () => {
    const other = await open("two");
    let theirs: HeldLease | undefined;
    const one = await open("one", async (pushes) => {
      // Before the choice is made known, and after our own push was refused.
      if (pushes > 1) return;
      await allow();
      theirs = await held(other.leases.swap(undefined, makeLease({ holder: "two/run-2" })));
      await refuse();
    });
    await refuse();
    expect(await one.leases.swap(undefined, makeLease())).toEqual({ kind: "lost", current: theirs });
    expect(await origin.ref(branch)).toBeUndefined();
    expect(await origin.ref(own)).toBe(theirs?.oid);
  });

  it("have one owner in each of ten rounds in which the rule comes and goes between any two steps", async () => {
    const flip = async () => (Math.random() < 0.5 ? await refuse() : await allow().catch(() => undefined));
    const claimers = [await open("one", flip), await open("two", flip)];
    for (let issue = 1; issue <= 10; issue += 1) {
      await git(origin.folder, "update-ref", "-d", branchesChosen);
      const answers = await Promise.all(
        claimers.map(({ leases }, at) =>
          leases.swap(undefined, makeLease({ issue, holder: `w${at}/run` })).catch(() => ({ kind: "lost" }) as const),
        ),
      );
      const owners = answers.filter(({ kind }) => kind === "held");
      expect(owners.length).toBeLessThanOrEqual(1);
    }
  });
});
