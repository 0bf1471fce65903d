import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { follow } from "../../src/forge/stopping.ts";

test("a signal that follows a long one aborts with it, also when that was over before", () => {
  const long = new AbortController();
  const { signal } = follow(long.signal);
  long.abort("the forge stops");
  expect(signal.reason).toBe("the forge stops");
  expect(follow(long.signal).signal.reason).toBe("the forge stops");
});

test("it aborts when its time is over, and by its own controller", async () => {
  const long = new AbortController();
  const late = follow(long.signal, { milliseconds: 1 });
  while (!late.signal.aborted) await sleep(5);
  expect(late.signal.reason).toMatchObject({ name: "TimeoutError" });
  late.end();
  const own = new AbortController();
  const following = follow(long.signal, { own });
  own.abort();
  expect([following.signal.aborted, long.signal.aborted]).toEqual([true, false]);
  following.end();
});

test("in the end it leaves nothing behind at the long one", () => {
  const long = new AbortController();
  for (let round = 0; round < 20; round++) follow(long.signal, { milliseconds: 60_000 }).end();
  expect(getEventListeners(long.signal, "abort")).toEqual([]);
});
