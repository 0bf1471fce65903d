import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Issue } from "../../src/forge/model/issue.ts";
import { nodeId, parseNodeId } from "../../src/forge/model/node-id.ts";
import { openStore, type Store } from "../../src/forge/store/store.ts";
import type { ListOptions } from "../../src/forge/store/table.ts";

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-"));
  store = openStore(folder);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

function issue(id: number, change: Partial<Issue> = {}): Issue {
  return {
    id,
    nodeId: nodeId("issue", id),
    repositoryId: 1,
    number: id,
    title: `Issue ${id}`,
    body: null,
    authorId: 1,
    appId: undefined,
    state: "open",
    stateReason: null,
    labelIds: [],
    assigneeIds: [],
    parentId: undefined,
    subIssueIds: [],
    blockedByIds: [],
    pinnedCommentId: undefined,
    commentCount: 0,
    editedAt: undefined,
    editorId: undefined,
    locked: false,
    pullId: undefined,
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: "2026-01-01T00:00:00Z",
    closedAt: null,
    closedById: undefined,
    ...change,
  };
}

const numbers = (rows: readonly Issue[]) => rows.map((row) => row.number);

test("a transaction that throws leaves nothing behind, numbers and indexes included", () => {
  store.transaction(() => store.issues.put(issue(store.nextNumber(1))));
  const failing = () =>
    store.transaction(() => {
      store.issues.put(issue(store.nextNumber(1)));
      store.issues.put(issue(1, { title: "Changed", state: "closed" }));
      throw new Error("undone");
    });
  expect(failing).toThrow("undone");
  expect(store.issues.get(1)?.title).toBe("Issue 1");
  expect(store.issues.count("open", [1])).toBe(1);
  expect(numbers(store.issues.list("byNumber", [1]))).toEqual([1]);
  expect(store.transaction(() => store.nextNumber(1))).toBe(2);
});

test("rows come back in the order of the index, forwards and backwards, of their own prefix only", () => {
  store.transaction(() => {
    for (const id of [3, 100, 20, 1]) store.issues.put(issue(id));
    store.issues.put(issue(50, { repositoryId: 10 }));
  });
  expect(numbers(store.issues.list("byNumber", [1]))).toEqual([1, 3, 20, 100]);
  expect(numbers(store.issues.list("byNumber", [1], { reverse: true, limit: 2 }))).toEqual([100, 20]);
  expect(store.issues.find("byNumber", [10, 50])?.repositoryId).toBe(10);
  expect(store.issues.find("byNumber", [1, 50])).toBeUndefined();
});

test("an index follows the row through changes and removal", () => {
  store.transaction(() => {
    store.issues.put(issue(1, { labelIds: [7, 8], blockedByIds: [2] }));
    store.issues.put(issue(2, { labelIds: [8] }));
  });
  expect(numbers(store.issues.list("byLabel", [8]))).toEqual([1, 2]);
  expect(numbers(store.issues.list("byBlocker", [2]))).toEqual([1]);
  store.transaction(() => store.issues.put(issue(1, { labelIds: [7], state: "closed" })));
  expect(numbers(store.issues.list("byLabel", [8]))).toEqual([2]);
  expect(numbers(store.issues.list("byLabel", [7]))).toEqual([1]);
  expect(store.issues.count("byBlocker", [2])).toBe(0);
  expect(store.openIssueCount(1)).toBe(1);
  store.transaction(() => store.issues.remove(1));
  expect(store.issues.list("byLabel", [7])).toEqual([]);
});

test("what was written is there when the store is opened again", async () => {
  const row = store.transaction(() => store.issues.put(issue(store.nextId(), { body: "ünïcode \u{1f332}" })));
  await store.close();
  store = openStore(folder);
  expect(store.issues.get(row.id)).toEqual(row);
  expect(store.transaction(() => store.nextId())).toBe(row.id + 1);
});

test("a node id is read back to what it was made of, and nothing else is one", () => {
  expect(parseNodeId(nodeId("issue", 42))).toEqual({ kind: "issue", id: 42, name: "" });
  const ref = nodeId("ref", 7, "refs/heads/a:b/ö");
  expect(parseNodeId(ref)).toEqual({ kind: "ref", id: 7, name: "refs/heads/a:b/ö" });
  expect(ref).toMatch(/^REF_[A-Za-z0-9_-]+$/);
  for (const text of ["", "I_", "I_kw", "XX_kwNDI6", "I_kwNDI", "MDU6SXNzdWUx"])
    expect(parseNodeId(text)).toBeUndefined();
});

test("a list begins above a number, and ends below one, whichever way it is walked", () => {
  store.transaction(() => {
    for (const number of [1, 2, 3, 4]) store.issues.put(issue(number));
  });
  const list = (options: ListOptions) => numbers(store.issues.list("byNumber", [1], options));
  expect(list({ above: 2 })).toEqual([3, 4]);
  expect(list({ below: 3 })).toEqual([1, 2]);
  expect(list({ below: 4, reverse: true, limit: 2 })).toEqual([3, 2]);
  expect(list({ above: 1, below: 4, reverse: true })).toEqual([3, 2]);
  expect(list({ above: 4 })).toEqual([]);
});

test("the store as it was is never older than asked, is whole, and is let go of", async () => {
  await store.close();
  let now = 0;
  let oldest = 1_000;
  store = openStore(folder, { now: () => now, oldest: () => oldest });
  for (let version = 1; version <= 600; version += 1) {
    now += 10;
    const change = { title: `${version}`, body: `${version}`, state: version % 2 === 0 ? "open" : "closed" } as const;
    store.transaction(() => store.issues.put(issue(1, change)));
    const then = store.asOf(now - 500);
    const seen = Number(then.issues.get(1)?.title ?? 0);
    expect(seen).toBeGreaterThanOrEqual(Math.max(0, version - 51));
    expect(seen).toBeLessThan(version);
    expect(then.openIssueCount(1)).toBe(seen > 0 && seen % 2 === 0 ? 1 : 0);
    expect(store.issues.get(1)?.title).toBe(`${version}`);
  }
  now += 1_001;
  expect(store.asOf(now - 1_000).issues.get(1)?.title).toBe("600");
  oldest = 0;
  store.transaction(() => store.issues.put(issue(1, { title: "last" })));
  expect(store.asOf(now - 1_000).issues.get(1)?.title).toBe("last");
});
