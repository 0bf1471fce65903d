import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leaseRef } from "../../src/core/lease/lease.ts";
import { createLeases } from "../../src/git/leases.ts";
import type { Mirror } from "../../src/git/mirror.ts";
import type { Origin } from "./origin.ts";
import { git, makeFolder, makeLease, makeMirror, makeOrigin, quiet } from "./origin.ts";
import { systemClock } from "./system-clock.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
});
afterEach(() => folder.remove());

async function open(name: string) {
  const mirror = await makeMirror(folder.path, name, origin.url);
  return createLeases({ mirror, clock: systemClock, log: quiet, defaultBranch: "main" });
}

describe("leases", () => {
  it("are claimed, renewed, listed with what they say, and lost to whoever moved them", async () => {
    const [one, two] = [await open("one"), await open("two")];
    const claim = await one.swap(undefined, makeLease());
    if (claim.kind !== "held") throw new Error("not held");
    expect(await origin.ref(leaseRef(12))).toBe(claim.held.oid);
    expect((await two.list()).get(12)).toEqual(claim.held);
    const again = await two.swap(undefined, makeLease({ holder: "two/run-2" }));
    expect(again).toEqual({ kind: "lost", current: claim.held });
    const renewed = await one.swap(claim.held.oid, claim.held.lease);
    if (renewed.kind !== "held") throw new Error("not renewed");
    expect(renewed.held.oid).not.toBe(claim.held.oid);
    const stale = await two.swap(claim.held.oid, makeLease({ holder: "two/run-2", epoch: 2 }));
    expect(stale).toEqual({ kind: "lost", current: renewed.held });
  });

  it("give one owner by read-back when two claim at once, in each of ten rounds", async () => {
    const claimers = [await open("one"), await open("two")];
    for (let round = 1; round <= 10; round += 1) {
      const answers = await Promise.all(
        claimers.map((leases, index) => leases.swap(undefined, makeLease({ issue: round, holder: `w${index}/run` }))),
      );
      const owners = answers.flatMap((answer) => (answer.kind === "held" ? [answer.held.oid] : []));
      expect(owners).toEqual([await origin.ref(leaseRef(round))]);
    }
  });

  it("leave out what is no lease, and a lease that names another issue", async () => {
    const leases = await open("one");
    const held = await leases.swap(undefined, makeLease());
    const commit = await git(origin.folder, "rev-parse", "main");
    await git(origin.folder, "update-ref", "refs/coppice/leases/13", commit);
    await git(origin.folder, "update-ref", "refs/coppice/leases/14", (await origin.ref(leaseRef(12))) ?? "");
    expect(held.kind).toBe("held");
    expect([...(await leases.list()).keys()]).toEqual([12]);
    await git(origin.folder, "update-ref", "-d", "refs/coppice/leases/12");
    expect((await leases.list()).size).toBe(0);
  });

  it("are read although one ref holds a commit larger than all of them may be together", async () => {
    const leases = await open("one");
    const mine = await leases.swap(undefined, makeLease());
    const file = join(folder.path, "message");
    await writeFile(file, `Lease\n\n${" ".repeat(2_000_000)}`);
    const huge = await git(origin.folder, "commit-tree", "-F", file, "main^{tree}");
    await git(origin.folder, "update-ref", leaseRef(13), huge);
    const real = await makeMirror(folder.path, "two", origin.url);
    // As the real limit of sixty-four times as much would be met by a larger one.
    const tight: Mirror["git"] = (args, call) =>
      real.git(args, args.includes("--batch") ? { ...call, maxBytes: 1_000_000 } : call);
    const mirror = { ...real, git: tight };
    const other = createLeases({ mirror, clock: systemClock, log: quiet, defaultBranch: "main" });
    expect([...(await other.list()).values()]).toEqual([mine.kind === "held" && mine.held]);
    expect(other.unreadable?.()).toEqual(new Map([[13, leaseRef(13)]]));
  });

  it("of a newer version are left as they are: not listed, not claimed, not removed, and told of as unreadable", async () => {
    const leases = await open("one");
    const newer = `Lease\n\n${JSON.stringify({ ...makeLease(), version: 2, more: true })}\n`;
    const commit = await git(origin.folder, "commit-tree", "-m", newer, "main^{tree}");
    await git(origin.folder, "update-ref", leaseRef(12), commit);
    expect((await leases.list()).size).toBe(0);
    expect(leases.unreadable?.()).toEqual(new Map([[12, leaseRef(12)]]));
    expect(await leases.swap(undefined, makeLease())).toEqual({ kind: "lost" });
    await leases.remove([{ held: { oid: "1".repeat(40), lease: makeLease() } }]);
    expect(await origin.ref(leaseRef(12))).toBe(commit);
  });

  it("are removed with their branches, unmerged heads saved first, and moved ones left alone", async () => {
    const leases = await open("one");
    const unmerged = await origin.push({ "work.txt": "work" }, { branch: "coppice/12-task" });
    const merged = await git(origin.folder, "rev-parse", "main");
    await git(origin.folder, "update-ref", "refs/heads/coppice/13", merged);
    const [first, second, third] = [
      await leases.swap(undefined, makeLease()),
      await leases.swap(undefined, makeLease({ issue: 13, branch: "coppice/13" })),
      await leases.swap(undefined, makeLease({ issue: 14 })),
    ];
    if (first.kind !== "held" || second.kind !== "held" || third.kind !== "held") throw new Error("not held");
    await leases.swap(third.held.oid, third.held.lease);
    await leases.remove([
      { held: first.held, branch: { name: "coppice/12-task", head: unmerged } },
      { held: second.held, branch: { name: "coppice/13", head: merged } },
      { held: third.held },
    ]);
    expect([...(await leases.list()).keys()]).toEqual([14]);
    expect(await origin.ref("refs/heads/coppice/")).toBeUndefined();
    expect(await git(origin.folder, "for-each-ref", "--format=%(objectname)", "refs/coppice/trash/")).toBe(unmerged);
  });
});
