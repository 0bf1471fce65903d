import { expect, test } from "vitest";
import { Remembered } from "../../src/reconciler/remembered.ts";
import { settableClock } from "../support/memory-forge/clock.ts";

function setUp() {
  const clock = settableClock();
  const remembered = new Remembered<number>(clock);
  let reads = 0;
  return { clock, remembered, read: async () => ++reads };
}

test("what was read is kept until it is doubted, or says too little", async () => {
  const { remembered, read } = setUp();
  expect(await remembered.get(read)).toBe(1);
  expect(await remembered.get(read)).toBe(1);
  remembered.doubt();
  expect(await remembered.get(read)).toBe(2);
  expect(await remembered.get(read, (value) => value > 2)).toBe(3);
});

test("a doubt raised while it is being read outlives that reading", async () => {
  const { remembered, read } = setUp();
  const under = remembered.get(read);
  remembered.doubt();
  expect(await under).toBe(1);
  expect(await remembered.get(read)).toBe(2);
});

test("what was written is kept instead of a reading under way", async () => {
  const { remembered, read } = setUp();
  const under = remembered.get(read);
  remembered.set(7);
  await under;
  expect(await remembered.get(read)).toBe(7);
  remembered.change((value) => value + 1);
  expect(await remembered.get(read)).toBe(8);
});

test("from an announced time on only a later reading counts, and that one for good", async () => {
  const { clock, remembered, read } = setUp();
  await remembered.get(read);
  remembered.doubtAt(2_000);
  remembered.doubtAt(1_000);
  clock.advance(999);
  expect(await remembered.get(read)).toBe(1);
  remembered.doubt();
  expect(await remembered.get(read)).toBe(2);
  clock.advance(1);
  expect(await remembered.get(read)).toBe(3);
  clock.advance(60_000);
  expect(await remembered.get(read)).toBe(3);
});
