import { expect, test } from "vitest";
import { KeyedQueue, type KeyedQueueOptions } from "../../src/app/keyed-queue.ts";
import { systemClock } from "../../src/app/system-clock.ts";
import { until } from "../hub/support/host.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function queueOf(
  run: KeyedQueueOptions<string>["run"],
  more: Partial<KeyedQueueOptions<string>> = {},
): KeyedQueue<string> {
  return new KeyedQueue({
    key: (item) => item[0] ?? "",
    run,
    concurrency: 2,
    pauses: [1, 1],
    clock: systemClock,
    log: silent,
    ...more,
  });
}

/** A piece of work that ends when told to. */
function gate(): { wait: Promise<void>; open: () => void } {
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

test("work of one key never overlaps, and what comes in meanwhile is done once more", async () => {
  const done: string[] = [];
  const first = gate();
  let running = 0;
  let most = 0;
  const queue = queueOf(async (item) => {
    running += 1;
    most = Math.max(most, running);
    if (done.length === 0) await first.wait;
    done.push(item);
    running -= 1;
  });
  queue.add("a1");
  await Promise.resolve();
  for (const item of ["a2", "a3", "a4"]) queue.add(item);
  first.open();
  await queue.idle();
  expect(done.at(-1)).toBe("a4");
  expect(done.length).toBeLessThanOrEqual(2);
  expect(most).toBe(1);
});

test("different keys run side by side, as many as allowed", async () => {
  const gates = new Map(["a", "b", "c"].map((key) => [key, gate()]));
  const started: string[] = [];
  const queue = queueOf(async (item) => {
    started.push(item);
    await gates.get(item)?.wait;
  });
  for (const item of ["a", "b", "c"]) queue.add(item);
  await new Promise((wake) => setImmediate(wake));
  expect(started).toEqual(["a", "b"]);
  gates.get("b")?.open();
  await new Promise((wake) => setImmediate(wake));
  expect(started).toEqual(["a", "b", "c"]);
  for (const { open } of gates.values()) open();
  await queue.idle();
});

test("work that takes too long goes on beside the others, and still alone for its key", async () => {
  const slow = gate();
  const started: string[] = [];
  const ended: string[] = [];
  const queue = queueOf(
    async (item) => {
      started.push(item);
      if (item === "a1") await slow.wait;
      ended.push(item);
    },
    { concurrency: 1, patience: 1 },
  );
  for (const item of ["a1", "b"]) queue.add(item);
  await until("the other's turn", () => ended.includes("b"));
  queue.add("a2");
  expect(started).toEqual(["a1", "b"]);
  slow.open();
  await queue.idle();
  expect(ended).toEqual(["b", "a1", "a2"]);
});

test("failing work is tried again as often as there are pauses, and no more until it is asked for", async () => {
  let tries = 0;
  const queue = queueOf(async () => {
    tries += 1;
    throw new Error("no");
  });
  queue.add("a");
  await queue.idle();
  expect(tries).toBe(3);
  queue.add("a");
  await queue.idle();
  expect(tries).toBe(6);
});

test("fresh work does not wait for the pause of a failure", async () => {
  let tries = 0;
  const queue = queueOf(
    async () => {
      tries += 1;
      if (tries === 1) throw new Error("no");
    },
    { pauses: [3_600_000] },
  );
  queue.add("a");
  await new Promise((wake) => setImmediate(wake));
  queue.add("a");
  await queue.idle();
  expect(tries).toBe(2);
});

test("stopping tells running work, drops what waits and takes nothing more", async () => {
  const done: string[] = [];
  const queue = queueOf(
    async (item, signal) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      done.push(item);
    },
    { concurrency: 1 },
  );
  queue.add("a");
  queue.add("b");
  await new Promise((wake) => setImmediate(wake));
  await queue.stop();
  queue.add("c");
  await queue.idle();
  expect(done).toEqual(["a"]);
});

test("stopping does not wait for a pause", async () => {
  const queue = queueOf(() => Promise.reject(new Error("no")), { pauses: [3_600_000] });
  queue.add("a");
  await new Promise((wake) => setImmediate(wake));
  await queue.stop();
});
