import { describe, expect, it } from "vitest";
import type { Lease } from "../../src/core/lease/lease.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import { BoundedMap } from "../../src/reconciler/bounded-map.ts";
import { Sightings } from "../../src/reconciler/sightings.ts";
import { settableClock } from "../support/memory-forge/clock.ts";

function open() {
  const clock = settableClock();
  return { clock, sightings: new Sightings(clock, { id: "hub", nonce: "life" }) };
}

function lease(epoch: number, phase: Lease["phase"]): Lease {
  const who = { plan: 1, task: "T1", issue: 7, holder: `worker/${epoch}`, nonce: "", branch: "coppice/7" } as const;
  return { version: 1, ...who, phase, epoch, seconds: 900, failures: [] };
}

describe("what a hub remembers between looks", () => {
  it("is bounded, whatever goes on: the oldest is forgotten, and what is set anew is young", () => {
    const map = new BoundedMap<string, number>(3);
    for (const [index, key] of ["a", "b", "c", "a", "d"].entries()) map.set(key, index);
    expect([...map]).toEqual([
      ["c", 2],
      ["a", 3],
      ["d", 4],
    ]);
    const { sightings } = open();
    for (let index = 0; index < 30_000; index++) {
      sightings.runs.set(`1/T${index}/1`, null);
      sightings.published.set(String(index), null);
    }
    expect(sightings.runs.size).toBeLessThanOrEqual(20_000);
    expect(sightings.runs.ofPlan(1)).toHaveLength(sightings.runs.size);
    expect(sightings.published.size).toBeLessThanOrEqual(1_000);
  });

  it("of a plan's attempts goes with the plan, and no other's", () => {
    const { sightings } = open();
    for (const key of ["1/T1/1", "1/T2/1", "12/T1/1"]) sightings.runs.set(key, {});
    sightings.forgetRuns(1);
    expect([...sightings.runs.keys()]).toEqual(["12/T1/1"]);
    expect(sightings.runs.ofPlan(1)).toEqual([]);
    expect(sightings.runs.ofPlan(12)).toEqual([["12/T1/1", {}]]);
  });

  it("tells when the newest of a plan's attempts ended, whatever order they were read in", () => {
    const { sightings } = open();
    const verification = { kind: "passed", command: "npm test", milliseconds: 1 } as const;
    const of = { version: 1, run: "r", plan: 1, task: "T1", issue: 7, epoch: 1, worker: "w", agent: "script" } as const;
    const work = { sandbox: "none", base: "a", head: "b", verification, usage: noUsage, filesChanged: 1 } as const;
    const ended = (endedAt: string) => ({ record: { ...of, ...work, startedAt: endedAt, endedAt } });
    sightings.runs.set("1/T1/1", ended("2026-01-01T10:00:00Z"));
    sightings.runs.set("1/T2/1", ended("2026-01-01T12:30:00+01:00"));
    sightings.runs.set("1/T3/1", ended("2026-01-01T11:00:00Z"));
    sightings.runs.set("2/T1/1", ended("2026-01-02T00:00:00Z"));
    sightings.runs.set("1/T4/1", null);
    expect(sightings.runs.newestEnd(1)).toBe("2026-01-01T12:30:00+01:00");
    sightings.forgetRuns(1);
    expect(sightings.runs.newestEnd(1)).toBeUndefined();
  });

  it("tells how long an intent has been the same, by the monotonic clock", () => {
    const { clock, sightings } = open();
    const creating = { hub: "other", nonce: "n", at: "2026-01-01T00:00:00Z", keys: ["T1"] };
    expect(sightings.intentUnchangedFor(1, creating)).toBe(0);
    clock.advance(5_000);
    clock.set(0);
    expect(sightings.intentUnchangedFor(1, { ...creating })).toBe(5_000);
    expect(sightings.intentUnchangedFor(1, { ...creating, keys: ["T1", "T2"] })).toBe(0);
    expect(sightings.intentUnchangedFor(1, undefined)).toBe(0);
  });

  it("counts leases that went straight from one holder to the next", () => {
    const { sightings } = open();
    const states: readonly Lease[] = [
      lease(1, "claimed"),
      lease(1, "running"),
      lease(2, "claimed"),
      lease(2, "published"),
      lease(2, "free"),
      lease(3, "claimed"),
      lease(4, "running"),
    ];
    for (const [index, state] of states.entries()) sightings.leaseUnchangedFor(7, { oid: String(index), lease: state });
    expect(sightings.takenOver).toBe(2);
  });
});
