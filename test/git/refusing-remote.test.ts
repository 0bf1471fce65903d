import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Lease } from "../../src/core/lease/lease.ts";
import { branchesChosen } from "../../src/core/lease/spaces.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";
import { git, makeLease } from "./origin.ts";
import type { Spaces } from "./spaces.ts";
import { author, branch, held, makeSpaces, own } from "./spaces.ts";

const request = {
  run: "run",
  defaultBranch: "main",
  branch: "coppice/12-task",
  startOver: false,
  files: [],
  author,
};

let spaces: Spaces;
let origin: Spaces["origin"];
let warnings: Spaces["warnings"];
let open: Spaces["open"];
let refuseByHook: Spaces["refuseByHook"];
let ours: Spaces["ours"];

beforeEach(async () => {
  spaces = await makeSpaces();
  ({ origin, warnings, open, refuseByHook, ours } = spaces);
});
afterEach(() => spaces.remove());

describe("a remote that takes no refs below refs/coppice any more", () => {
  it("has those that lie there moved among the branches by whoever holds them", async () => {
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

  it("keeps no finished work from being published, saved and cleared away", async () => {
    const { leases, workspaces } = await open("one", undefined, hurryingClock());
    const mine = await held(leases.swap(undefined, makeLease()));
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

  it("takes work that failed among the branches", async () => {
    const { workspaces } = await open("one");
    const opened = await workspaces.open(request, new AbortController().signal);
    if (opened.kind !== "ready") throw new Error(opened.kind);
    await refuseByHook();
    const head = (await origin.ref("refs/heads/main")) ?? "";
    await opened.workspace.keep(head, "refs/coppice/trash/12-1", "remote");
    expect(await origin.ref("refs/heads/coppice-trash/12-1")).toBe(head);
  });
});
