import { describe, expect, it } from "vitest";
import type { HeldLease, Lease } from "../../src/core/lease/lease.ts";
import type { LeaseAnswer } from "../../src/ports/leases.ts";
import { keepLease } from "../../src/runner/lease-keeper.ts";
import { makeLease, quiet } from "../git/origin.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";

/** A lease's ref. Its second move takes effect without an answer, whereupon `change` happens to it; `atCall` is told each. */
function keep(change: Partial<Lease>, atCall: (call: number) => void) {
  let current: HeldLease = { oid: "0", lease: makeLease() };
  let calls = 0;
  const swap = async (expected: string | undefined, lease: Lease): Promise<LeaseAnswer> => {
    calls += 1;
    atCall(calls);
    if (expected !== current.oid) return { kind: "lost", current };
    current = { oid: String(calls), lease };
    if (calls !== 2) return { kind: "held", held: current };
    current = { oid: String(calls), lease: { ...lease, ...change } };
    throw new Error("no answer");
  };
  return {
    current: () => current,
    keeper: keepLease(current, { leases: { swap }, clock: hurryingClock(), log: quiet }),
  };
}

describe("a renewal that took effect although it seemed to fail", () => {
  it("is found out by the next one, and the lease is kept", async () => {
    await new Promise<void>((resolve) => {
      const { keeper, current } = keep({}, (call) => call === 6 && resolve(check()));
      const check = async () => {
        expect(keeper.lost.aborted).toBe(false);
        expect(await keeper.stop()).toEqual(current());
      };
    });
  });

  it("is found out before the lease is given back", async () => {
    let stopped: Promise<HeldLease> | undefined;
    const { keeper, current } = keep({}, (call) => {
      if (call === 2) stopped = keeper.stop();
    });
    await expect.poll(() => stopped).toBeDefined();
    expect(await stopped).toEqual(current());
    expect(keeper.lost.aborted).toBe(false);
  });

  it.each([{ holder: "two/run-2", epoch: 2 }, { holder: "one/run-1", epoch: 2 }, { phase: "free" as const }])(
    "is lost where the lease says %j meanwhile",
    async (change) => {
      const { keeper } = keep(change, () => undefined);
      await expect.poll(() => keeper.lost.aborted).toBe(true);
      await keeper.stop();
    },
  );
});
