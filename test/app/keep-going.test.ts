import { expect, test } from "vitest";
import { keepGoing } from "../../src/app/keep-going.ts";
import { hurryingClock } from "../support/hurrying-clock.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

test("what ends by itself is begun again after growing pauses, and told of until it lasts", async () => {
  const clock = hurryingClock();
  const stopping = new AbortController();
  const seen: boolean[] = [];
  let lives = 0;
  const run = async (signal: AbortSignal) => {
    lives += 1;
    seen.push(going.isFailing());
    if (lives <= 3) throw new Error("a surprise");
    if (lives === 4) {
      await clock.sleep(60_000);
      seen.push(going.isFailing());
      throw new Error("another, much later");
    }
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  const going = keepGoing({
    run: (signal) => Promise.resolve().then(() => run(signal)),
    clock,
    log: silent,
    signal: stopping.signal,
  });
  while (lives < 5) await new Promise((wake) => setImmediate(wake));
  expect(clock.slept).toEqual([1_000, 2_000, 4_000, 60_000, 1_000]);
  expect(seen).toEqual([false, true, true, true, false, true]);
  stopping.abort();
  await going.ended;
  expect(lives).toBe(5);
});

test("nothing is begun again once it is to stop", async () => {
  const stopping = new AbortController();
  let lives = 0;
  const run = async () => {
    lives += 1;
    stopping.abort();
    throw new Error("a surprise");
  };
  await keepGoing({ run, clock: hurryingClock(), log: silent, signal: stopping.signal }).ended;
  expect(lives).toBe(1);
});
