import { describe, expect, it } from "vitest";
import type { DeliveryAttempt } from "../../../src/core/webhook/redelivery.ts";
import { noDeliveries, reachesBack, toRedeliver, withAttempts } from "../../../src/core/webhook/redelivery.ts";

const start = Date.UTC(2026, 0, 10);
const minute = 60_000;

function attempt(id: number, guid: string, statusCode: number, minutes = id): DeliveryAttempt {
  return { id, guid, statusCode, at: new Date(start + minutes * minute).toISOString() };
}

const nobody = new Set<number>();
const ids = (attempts: readonly DeliveryAttempt[]) => attempts.map(({ id }) => id);

describe("webhooks that nobody took in", () => {
  it("are sent again, the oldest first: refused ones, broken ones, and those that timed out", () => {
    const seen = withAttempts(noDeliveries, [
      attempt(4, "d", 202),
      attempt(3, "c", 0),
      attempt(2, "b", 503),
      attempt(1, "a", 401),
    ]);
    expect(ids(toRedeliver(seen, nobody))).toEqual([1, 2, 3]);
    expect(ids(toRedeliver(seen, new Set([2])))).toEqual([1, 3]);
  });

  it("are left alone once any attempt arrived, whatever the order in which that is heard", () => {
    const attempts = [attempt(1, "a", 0), attempt(5, "a", 202)];
    for (const order of [attempts, attempts.toReversed()]) {
      expect(toRedeliver(withAttempts(noDeliveries, order), nobody)).toEqual([]);
    }
    const before = withAttempts(noDeliveries, attempts.slice(0, 1));
    expect(toRedeliver(withAttempts(before, attempts.slice(1)), nobody)).toEqual([]);
  });

  it("are tried three times in all; seeing an attempt again is no other one", () => {
    let seen = withAttempts(noDeliveries, [attempt(1, "a", 0)]);
    seen = withAttempts(seen, [attempt(1, "a", 0)]);
    expect(ids(toRedeliver(seen, nobody))).toEqual([1]);
    seen = withAttempts(seen, [attempt(2, "a", 500)]);
    expect(ids(toRedeliver(seen, nobody))).toEqual([2]);
    expect(toRedeliver(withAttempts(seen, [attempt(3, "a", 500)]), nobody)).toEqual([]);
  });

  it("are forgotten after three days, and sent in portions", () => {
    const old = withAttempts(noDeliveries, [attempt(1, "a", 0), attempt(2, "b", 202, 3 * 24 * 60 + 2)]);
    expect(old.failed.size).toBe(0);
    const many = Array.from({ length: 100 }, (_, index) => attempt(index, `guid-${index}`, 0));
    expect(ids(toRedeliver(withAttempts(noDeliveries, many), nobody))).toEqual(
      Array.from({ length: 30 }, (_, id) => id),
    );
  });
});

describe("a page of deliveries", () => {
  it("is enough when it reaches what was seen, with room for what shows late", () => {
    const seen = withAttempts(noDeliveries, [attempt(10, "a", 202)]);
    expect(reachesBack(seen, [attempt(12, "c", 202), attempt(9, "b", 202)])).toBe(false);
    expect(reachesBack(seen, [attempt(12, "c", 202), attempt(8, "b", 202)])).toBe(true);
    expect(reachesBack(seen, [])).toBe(true);
  });

  it("is enough at the start when it reaches back three days", () => {
    expect(reachesBack(noDeliveries, [attempt(1, "a", 202, 0), attempt(0, "b", 202, -3 * 24 * 60)])).toBe(true);
    expect(reachesBack(noDeliveries, [attempt(1, "a", 202, 0), attempt(0, "b", 202, -60)])).toBe(false);
  });
});
