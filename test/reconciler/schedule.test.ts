import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { Schedule } from "../../src/reconciler/schedule.ts";
import { settableClock } from "../support/memory-forge/clock.ts";

function open() {
  const clock = settableClock();
  const stopping = new AbortController();
  const schedule = new Schedule(clock);
  let waits = 0;
  const wait = async (latest: number) => {
    await schedule.wait(latest, stopping.signal);
    waits += 1;
  };
  return { clock, stopping, schedule, wait, waits: () => waits };
}

it("is waited for until a plan is due, and not longer than is asked", async () => {
  const { clock, schedule, wait, waits } = open();
  schedule.add(1, 500);
  const waiting = wait(2_000);
  await clock.step(499);
  expect(waits()).toBe(0);
  await clock.step(2_000);
  expect([waits(), clock.monotonic()]).toEqual([1, 500]);
  expect(schedule.take()).toEqual([1]);
  await Promise.all([waiting, wait(600), clock.step(2_000)]);
  expect([waits(), clock.monotonic()]).toEqual([2, 600]);
});

it.each(["a plan that is due sooner", "an interruption", "the signal"])("the wait is ended by %s", async (end) => {
  const { clock, stopping, schedule, wait, waits } = open();
  schedule.add(1, 60_000);
  const waiting = wait(90_000);
  schedule.add(1, 70_000);
  await clock.step(1);
  expect(waits()).toBe(0);
  if (end === "the signal") stopping.abort();
  else if (end === "an interruption") schedule.interrupt();
  else schedule.add(2, 10_000);
  await waiting;
  expect(clock.monotonic()).toBe(1);
});

it("leaves nothing behind at a signal that lives for months", async () => {
  const { stopping, schedule, wait } = open();
  for (let time = 0; time < 20; time++) {
    const waiting = wait(1_000);
    expect(getEventListeners(stopping.signal, "abort")).toHaveLength(1);
    schedule.interrupt();
    await waiting;
  }
  expect(getEventListeners(stopping.signal, "abort")).toEqual([]);
});
