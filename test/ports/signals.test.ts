import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { joinSignals } from "../../src/ports/signals.ts";

it("aborts with the first of its signals, for that one's reason", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const joined = joinSignals([one.signal, other.signal]);
  expect(joined.signal.aborted).toBe(false);
  other.abort("enough");
  one.abort("too late");
  expect(joined.signal.reason).toBe("enough");
  expect(joinSignals([new AbortController().signal, one.signal]).signal.reason).toBe("too late");
});

it("once ended, leaves nothing behind at a signal that lives on", () => {
  const long = new AbortController();
  for (let round = 0; round < 100; round++) joinSignals([long.signal, new AbortController().signal]).end();
  expect(getEventListeners(long.signal, "abort")).toHaveLength(0);
  const ended = joinSignals([long.signal]);
  ended.end();
  long.abort();
  expect(ended.signal.aborted).toBe(false);
});
