import { expect } from "vitest";
import { leaseRef } from "../../../../src/core/lease/lease.ts";
import { createLeases } from "../../../../src/git/leases.ts";
import { writeCommit, writeTree } from "../../../../src/git/objects.ts";
import { formatLease } from "../../../../src/wire/lease-text.ts";
import { git, makeLease, quiet } from "../../../git/origin.ts";
import { systemClock } from "../../../git/system-clock.ts";
import { chaos } from "../../chaos.ts";
import { openClaimers } from "../../leases/claimers.ts";
import { openRemote } from "../../leases/remote.ts";

chaos(20, "a lease of a newer version", async ({ count }) => {
  const remote = await openRemote("file");
  try {
    const [claimer] = await openClaimers(remote, 1);
    if (claimer === undefined) throw new Error("one is needed");
    const { mirror } = claimer;
    const leases = createLeases({ mirror, clock: systemClock, log: quiet, defaultBranch: "main" });
    for (let issue = 1; issue <= count; issue += 1) {
      const tree = await writeTree(mirror, new Map());
      const message = formatLease(makeLease({ issue })).replace('"version": 1', '"version": 2');
      const author = { name: "newer", email: "newer@example.com" };
      const oid = await writeCommit(mirror, { tree, parents: [], message, author });
      await mirror.remote(["push", "--quiet", mirror.url, `${oid}:${leaseRef(issue)}`]);
      expect((await leases.list()).has(issue)).toBe(false);
      expect(await leases.swap(undefined, makeLease({ issue, holder: "older/run" }))).toEqual({ kind: "lost" });
      expect((await git(remote.repository, "rev-parse", leaseRef(issue))).trim()).toBe(oid);
    }
    return { claims: count, rewritten: 0 };
  } finally {
    await remote.close();
  }
});
