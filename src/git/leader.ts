import { CoppiceError } from "../core/errors.ts";
import { leaderRef } from "../core/lease/leader.ts";
import { inOtherSpace, inSpace } from "../core/lease/spaces.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaderRef } from "../ports/leader.ts";
import { formatLeader, parseLeader } from "../wire/leader-text.ts";
import { leaseAuthor } from "./lease-commits.ts";
import type { Mirror } from "./mirror.ts";
import { messageOf, readObjects, writeCommit, writeTree } from "./objects.ts";
import { pushAndRead } from "./swap.ts";

export interface Leadable {
  readonly leader: LeaderRef;
  /** The mirror for the leases: who lists those sees the leader in the same request. */
  readonly mirror: Mirror;
}

/** The leader's ref of a mirror's repository, seen whenever leases are listed. */
export function watchLeader(mirror: Mirror, clock: Clock): Leadable {
  const both = [inSpace(leaderRef, "own"), inSpace(leaderRef, "branches")];
  let seen: { readonly oid: Oid | undefined } | undefined;
  const ref = () => mirror.names.made(leaderRef);
  const note = (values: ReadonlyMap<string, Oid>) => {
    seen = { oid: values.get(ref()) };
    return seen.oid;
  };
  const read: Mirror["read"] = async (refs, signal) => {
    if (!refs.some((one) => one.endsWith("/leases/*"))) return mirror.read(refs, signal);
    const values = await mirror.read([...refs, ...both], signal);
    note(values);
    return new Map([...values].filter(([name]) => !both.includes(name)));
  };
  const push = async (expected: Oid | undefined, to: Oid | undefined) => {
    const moves = [{ ref: ref(), expected, to }];
    const { values, said } = await pushAndRead({ mirror, clock }, moves, {
      atomic: false,
      also: [inOtherSpace(ref())],
    });
    return { oid: note(values), said };
  };
  return {
    mirror: { ...mirror, read },
    leader: {
      seen: async () => (seen === undefined ? note(await mirror.read(both)) : seen.oid),
      async hubOf(oid) {
        await mirror.remote(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", mirror.url, ref()]);
        const commit = (await readObjects(mirror, [oid])).get(oid);
        return commit && parseLeader(messageOf(commit))?.hub;
      },
      async move(expected, word) {
        const tree = await writeTree(mirror, new Map());
        const mine = await writeCommit(mirror, { tree, parents: [], message: formatLeader(word), author: leaseAuthor });
        const { oid, said } = await push(expected, mine);
        if (oid === mine) return mine;
        // Nobody was faster: the push itself failed.
        if (oid === expected) throw new CoppiceError("git-failed", `${ref()} could not be pushed: ${said}`);
        return undefined;
      },
      async remove(expected) {
        await push(expected, undefined);
      },
    },
  };
}
