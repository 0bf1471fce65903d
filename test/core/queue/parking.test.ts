import { describe, expect, it } from "vitest";
import { parkedAgents } from "../../../src/core/queue/parking.ts";
import type { Failure } from "../../../src/core/run/run.ts";
import { failure, leaseView, now } from "./snapshots.ts";

const minute = 60_000;

function told(minutesAgo: number, more: Partial<Failure> = {}): Failure {
  return { ...failure("quota", now - minutesAgo * minute), agent: "codex", ...more };
}

/** Minutes left by agent, each failure in a lease of its own. */
function left(...failures: readonly Failure[]) {
  const leases = failures.map((one, index) => leaseView({ issue: index + 2, failures: [one] }));
  return Object.fromEntries(parkedAgents(leases, now).map(({ agent, left }) => [agent, left / minute]));
}

describe("an agent whose quota is spent", () => {
  it("is parked for 5, 15, then 60 minutes", () => {
    expect(left(told(0))).toEqual({ codex: 5 });
    expect(left(told(6), told(0))).toEqual({ codex: 15 });
    expect(left(told(30), told(20), told(0))).toEqual({ codex: 60 });
    expect(left(told(100), told(90), told(70), told(0))).toEqual({ codex: 60 });
    expect(left(told(5))).toEqual({});
  });

  it("is parked as long as its provider says", () => {
    expect(left(told(1, { retryAfterSeconds: 3_600 }))).toEqual({ codex: 59 });
    expect(left(told(1, { retryAfterSeconds: 30 }))).toEqual({});
  });

  it("is not tried again and again where its provider says too little", () => {
    const hasty = { retryAfterSeconds: 1 };
    expect(left(told(1, hasty), told(0, hasty))).toEqual({ codex: 5 });
    expect(left(told(7, hasty), told(6, hasty), told(0, hasty))).toEqual({ codex: 15 });
    expect(left(told(7, hasty), told(0, { retryAfterSeconds: 3_600 }))).toEqual({ codex: 60 });
  });

  it("counts runs that met the same spent quota as one", () => {
    expect(left(told(2), told(1), told(0))).toEqual({ codex: 5 });
  });

  it("begins anew after another end of its runs, and after an hour of quiet", () => {
    expect(left(told(20), told(10, { kind: "no-change" }), told(0))).toEqual({ codex: 5 });
    expect(left(told(20), told(18, { kind: "no-change" }), told(0))).toEqual({ codex: 15 });
    expect(left(told(66), told(0))).toEqual({ codex: 5 });
  });

  it("parks no other agent, and none when nobody says which it was", () => {
    const { agent: _, ...unknown } = told(0);
    expect(left(told(0, { agent: "b" }), told(0, { agent: "a" }), unknown)).toEqual({ a: 5, b: 5 });
  });

  it("is not parked for a day by a worker whose clock runs a day ahead", () => {
    const lease = (unchangedFor: number) => leaseView({ issue: 2, failures: [told(-1_440)] }, { unchangedFor });
    expect(parkedAgents([lease(0)], now)[0]?.left).toBe(5 * minute);
    expect(parkedAgents([lease(6 * minute)], now)).toEqual([]);
  });
});
