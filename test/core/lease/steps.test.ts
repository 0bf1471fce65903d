import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lease } from "../../../src/core/lease/lease.ts";
import type { Holder } from "../../../src/core/lease/steps.ts";
import { claim, failuresKept, isHeldBy, publish, release, renew, takeOver } from "../../../src/core/lease/steps.ts";

const wanted = (who: number, run: number): Lease => ({
  version: 1,
  plan: 1,
  task: "T1",
  issue: 12,
  phase: "claimed",
  holder: `w${who}/run-${run}`,
  epoch: 1,
  nonce: "",
  seconds: 900,
  branch: "coppice/12-task",
  failures: [],
});

const oid = (number: number) => number.toString(16).padStart(40, "0");

/** The ref, and what three workers remember of it: maybe an old commit of theirs. */
interface World {
  current: { oid: number; lease: Lease } | undefined;
  readonly remembered: { oid: number; lease: Lease; who: Holder }[];
  commits: number;
  now: number;
  readonly history: Lease[];
}

/** Compare-and-swap: a step is decided on what somebody remembers and counts only when that is still there. */
function swap(world: World, expected: number | undefined, lease: Lease | undefined): boolean {
  if (lease === undefined || world.current?.oid !== expected) return false;
  world.commits += 1;
  world.current = { oid: world.commits, lease };
  world.history.push(lease);
  return true;
}

type Act = {
  readonly kind: "claim" | "renew" | "publish" | "release" | "take-over" | "fold";
  readonly who: number;
  readonly wait: number;
};

function perform(world: World, { kind, who, wait }: Act): void {
  world.now += wait;
  const mine = world.remembered[who];
  const { current } = world;
  if (kind === "claim" || kind === "take-over") {
    const want = wanted(who, world.commits);
    const seen = { isGone: wait % 2 === 0, unchangedFor: wait * 1_000 };
    const next =
      kind === "claim" || current === undefined
        ? claim(current?.lease, want)
        : takeOver(current.lease, want, { seen, now: world.now });
    if (next && swap(world, current?.oid, next)) world.remembered[who] = { oid: world.commits, lease: next, who: next };
  } else if (kind === "fold") {
    if (current?.lease.phase === "published") swap(world, current.oid, release(current.lease));
  } else if (mine !== undefined) {
    const work = { head: oid(world.commits), base: oid(0) };
    const failure = { kind: "verify-failed", message: `${world.commits}`, at: "2026-11-01T00:00:00.000Z" } as const;
    const isMine = isHeldBy(mine.lease, mine.who);
    const next =
      kind === "renew"
        ? renew(mine.lease, mine.who)
        : kind === "publish"
          ? publish(mine.lease, mine.who, work)
          : isMine
            ? release(mine.lease, failure)
            : undefined;
    if (next && swap(world, mine.oid, next)) world.remembered[who] = { oid: world.commits, lease: next, who: mine.who };
  }
}

const act = fc.record<Act>({
  kind: fc.constantFrom("claim", "renew", "publish", "release", "take-over", "fold"),
  who: fc.integer({ min: 0, max: 2 }),
  wait: fc.integer({ min: 0, max: 2_000 }),
});

function play(acts: readonly Act[]): World {
  const world: World = { current: undefined, remembered: [], commits: 0, now: 0, history: [] };
  for (const one of acts) perform(world, one);
  return world;
}

const working = ({ phase }: Lease) => phase === "claimed" || phase === "running";

describe("the steps of a lease, whoever takes them in whatever order on whatever old knowledge", () => {
  it("never lower an epoch, and give each epoch to one holder", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const { history } = play(acts);
        const holders = new Map<number, string>();
        for (const [at, lease] of history.entries()) {
          expect(lease.epoch).toBeGreaterThanOrEqual(history[at - 1]?.epoch ?? 1);
          expect(holders.get(lease.epoch) ?? lease.holder).toBe(lease.holder);
          holders.set(lease.epoch, lease.holder);
        }
      }),
    );
  });

  it("let nobody publish but who holds the lease, in the epoch of their claim, once", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const { history } = play(acts);
        for (const [at, lease] of history.entries()) {
          const before = history[at - 1];
          if (lease.phase !== "published") continue;
          expect(before !== undefined && working(before)).toBe(true);
          expect(before).toMatchObject({ holder: lease.holder, epoch: lease.epoch });
        }
        const published = history.filter(({ phase }) => phase === "published").map(({ epoch }) => epoch);
        expect(new Set(published).size).toBe(published.length);
      }),
    );
  });

  it("change hands only when nobody holds it or its holder was given up, which is a failure that is kept", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const { history } = play(acts);
        for (const [at, lease] of history.entries()) {
          const before = history[at - 1];
          if (before === undefined || lease.epoch === before.epoch) continue;
          expect(lease.epoch).toBe(before.epoch + 1);
          expect(before.phase).not.toBe("published");
          if (working(before)) expect(lease.failures.at(-1)?.kind).toBe("worker-lost");
          else expect(lease.failures).toEqual(before.failures);
          expect(lease.failures.length).toBeLessThanOrEqual(failuresKept);
          expect(lease.head).toBe(before.head);
        }
      }),
    );
  });

  it("from every state that can be reached lead on to work that is published", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const world = play(acts);
        if (world.current?.lease.phase === "published") perform(world, { kind: "fold", who: 0, wait: 0 });
        perform(world, {
          kind: world.current && working(world.current.lease) ? "take-over" : "claim",
          who: 1,
          wait: 2_000,
        });
        perform(world, { kind: "publish", who: 1, wait: 0 });
        expect(world.current?.lease).toMatchObject({ phase: "published", holder: expect.stringMatching(/^w1\//) });
      }),
    );
  });
});

describe("taking over", () => {
  const lease = wanted(0, 0);
  const at = (unchangedFor: number, isGone = false) =>
    takeOver(lease, wanted(1, 1), { seen: { unchangedFor, isGone }, now: 0 });

  it("waits for the lease's length and a minute, unless its holder is known to be gone", () => {
    expect(at(900_000 + 59_999)).toBeUndefined();
    expect(at(900_000 + 60_000)).toMatchObject({ epoch: 2, holder: "w1/run-1", failures: [{ kind: "worker-lost" }] });
    expect(at(0, true)).toMatchObject({ epoch: 2 });
  });

  it("is for what is worked on: not for what is free, nor for what was published", () => {
    const seen = { unchangedFor: Number.POSITIVE_INFINITY, isGone: true };
    for (const phase of ["free", "published"] as const) {
      expect(takeOver({ ...lease, phase }, wanted(1, 1), { seen, now: 0 })).toBeUndefined();
    }
    expect(claim({ ...lease, phase: "published" }, wanted(1, 1))).toBeUndefined();
    expect(claim({ ...lease, phase: "free", issue: 13 }, wanted(1, 1))).toBeUndefined();
  });
});
