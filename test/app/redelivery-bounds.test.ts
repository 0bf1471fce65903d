import { expect, onTestFinished, test } from "vitest";
import { startRedelivery } from "../../src/app/redelivery.ts";
import { CoppiceError } from "../../src/core/errors.ts";
import type { DeliveryAttempt } from "../../src/core/webhook/redelivery.ts";
import { silent, until } from "../hub/support/host.ts";
import { settableClock } from "../support/memory-forge/clock.ts";

/** A forge that failed to deliver so many webhooks, the newest first, and what is asked of it. */
function failing(count: number) {
  const begin = Date.UTC(2026, 0, 1);
  const all = Array.from({ length: count }, (_, at): DeliveryAttempt => {
    const id = count - at;
    return { id, guid: `guid-${id}`, at: new Date(begin + id * 1_000).toISOString(), statusCode: 0 };
  });
  const pages: number[] = [];
  const asked: number[] = [];
  return {
    pages,
    asked,
    page: async (after = "0") => {
      const from = Number(after);
      pages.push(from);
      const next = from + 100 < count ? String(from + 100) : undefined;
      return { attempts: all.slice(from, from + 100), ...(next === undefined ? {} : { next }) };
    },
    async redeliver(id: number) {
      asked.push(id);
      // One that the forge always fails on.
      if (id === count - 1_999) throw new CoppiceError("forge-unavailable", "500");
    },
  };
}

test("of ten thousand that failed the newest are read, they come back in portions, and none stands before the others", async () => {
  const deliveries = failing(10_000);
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const clock = settableClock();
  const period = 600_000;
  const redelivery = startRedelivery({ deliveries, clock, log: silent, period, signal: ending.signal });
  await until("the first look is over", () => deliveries.asked.length === 1);
  expect(deliveries.pages).toHaveLength(20);
  for (let look = 1; look <= 3; look += 1) {
    await clock.advance(period);
    await until("a portion more", () => deliveries.asked.length === 1 + look * 30);
  }
  expect(new Set(deliveries.asked).size).toBe(91);
  expect(redelivery.count()).toBe(90);
});
