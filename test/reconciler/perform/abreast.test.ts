import { expect, test } from "vitest";
import type { HeldLease } from "../../../src/core/lease/lease.ts";
import type { Effect } from "../../../src/core/queue/effects.ts";
import { performAbreast } from "../../../src/reconciler/perform/abreast.ts";

const lease: HeldLease = {
  oid: "a".repeat(40),
  lease: {
    ...{ version: 1, plan: 1, task: "T1", issue: 2, phase: "published", holder: "w/r", epoch: 1 },
    ...{ nonce: "n", seconds: 900, branch: "coppice/2-work", failures: [] },
  },
};
const open = (task: `T${number}`): Effect => ({ kind: "open-pull", task, issue: 1, lease });
const release = (task: `T${number}`): Effect => ({ kind: "release-lease", task, lease });
const fold: Effect = {
  kind: "fold-results",
  results: [
    { task: "T1", epoch: 1, lease: "a" },
    { task: "T2", epoch: 1, lease: "b" },
  ],
};
const name = (effect: Effect) => ("task" in effect ? `${effect.kind} ${effect.task}` : effect.kind);

/** Performs each in so many turns, and tells what was under way when each was begun. */
async function play(effects: readonly Effect[], failing?: Effect) {
  const underWay = new Set<string>();
  const begun: [string, string[]][] = [];
  const ended = performAbreast(effects, async (effect) => {
    begun.push([name(effect), [...underWay]]);
    underWay.add(name(effect));
    await new Promise((resolve) => setImmediate(resolve));
    underWay.delete(name(effect));
    if (effect === failing) throw new Error("it failed");
  });
  const failure = await ended.then(() => undefined).catch((error: Error) => error.message);
  return { begun: new Map(begun), failure };
}

test("work is offered for review while results are folded; a lease is released after both of its own", async () => {
  const { begun } = await play([fold, open("T1"), release("T1"), open("T2"), release("T2")]);
  expect(begun.get("open-pull T2")).toEqual(["fold-results", "open-pull T1"]);
  expect(begun.get("release-lease T1")?.includes("fold-results")).toBe(false);
  expect(begun.get("release-lease T1")?.includes("open-pull T1")).toBe(false);
});

test("what concerns the whole plan waits for all before it, and all after it wait for that", async () => {
  const record: Effect = { kind: "record-issues", issues: [] };
  const { begun } = await play([open("T1"), record, open("T2")]);
  expect([...begun]).toEqual([
    ["open-pull T1", []],
    ["record-issues", []],
    ["open-pull T2", []],
  ]);
});

test("after a failure nothing that depends on it is begun, the rest is finished, and the failure is thrown", async () => {
  const first = open("T1");
  const { begun, failure } = await play([first, release("T1"), open("T2"), release("T2")], first);
  expect([...begun.keys()]).toEqual(["open-pull T1", "open-pull T2", "release-lease T2"]);
  expect(failure).toBe("it failed");
});
