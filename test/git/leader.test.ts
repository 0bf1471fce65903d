import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leaderRef } from "../../src/core/lease/leader.ts";
import { leaseRef } from "../../src/core/lease/lease.ts";
import { watchLeader } from "../../src/git/leader.ts";
import { createLeases } from "../../src/git/leases.ts";
import type { Mirror } from "../../src/git/mirror.ts";
import type { Origin } from "./origin.ts";
import { makeFolder, makeLease, makeMirror, makeOrigin, quiet } from "./origin.ts";
import { systemClock } from "./system-clock.ts";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
});
afterEach(() => folder.remove());

/** A hub's leases and leader, and how often its remote was asked for refs. */
async function open(name: string) {
  const mirror = await makeMirror(folder.path, name, origin.url);
  let asked = 0;
  const read: Mirror["read"] = (...request) => {
    asked += 1;
    return mirror.read(...request);
  };
  const hurrying = { ...systemClock, sleep: async () => undefined };
  const watched = watchLeader({ ...mirror, read }, hurrying);
  const leases = createLeases({ mirror: watched.mirror, clock: systemClock, log: quiet, defaultBranch: "main" });
  return { leases, leader: watched.leader, asked: () => asked };
}

const word = (hub: string) => ({ version: 1, hub, nonce: hub, seconds: 300 }) as const;

describe("the leader's ref", () => {
  it("is moved by one at a time, says whose it is, and is gone when it is given up", async () => {
    const [one, two] = [await open("one"), await open("two")];
    expect(await one.leader.seen()).toBeUndefined();
    const mine = await one.leader.move(undefined, word("one"));
    expect(await origin.ref(leaderRef)).toBe(mine);
    expect(await two.leader.move(undefined, word("two"))).toBeUndefined();
    const seen = await two.leader.seen();
    expect(seen).toBe(mine);
    expect(seen && (await two.leader.hubOf(seen))).toBe("one");
    const theirs = await two.leader.move(mine, word("two"));
    expect(theirs).toBeDefined();
    await one.leader.remove(mine ?? "");
    expect(await origin.ref(leaderRef)).toBe(theirs);
    await two.leader.remove(theirs ?? "");
    expect(await origin.ref(leaderRef)).toBeUndefined();
  });

  it("is seen whenever leases are listed, in the same request, and is no lease", async () => {
    const [one, two] = [await open("one"), await open("two")];
    await one.leases.swap(undefined, makeLease());
    const mine = await one.leader.move(undefined, word("one"));
    expect([...(await two.leases.list()).keys()]).toEqual([12]);
    const asked = two.asked();
    expect(await two.leader.seen()).toBe(mine);
    expect(two.asked()).toBe(asked);
    expect(await origin.ref(leaseRef(12))).toBeDefined();
  });

  it("that cannot be pushed is no answer about who leads", async () => {
    const one = await open("one");
    await one.leader.seen();
    await folder.remove();
    await expect(one.leader.move(undefined, word("one"))).rejects.toThrow();
  });
});
