import nock from "nock";
import { expect, test } from "vitest";
import { readLabelActs } from "../../src/github/label-acts.ts";
import { base, host, interceptRequests, testScope } from "./support.ts";

interceptRequests();

const at = "2026-01-01T00:00:00Z";
const event = (kind: string, name: string, actor: object | null) => ({
  ...{ id: 1, event: kind, actor, created_at: at, commit_id: null },
  label: { name, color: "ededed" },
});

function onEvents(page: number, events: readonly object[], headers = {}): void {
  nock(host).get(`${base}/issues/7/events`).query({ per_page: 100, page }).reply(200, events, headers);
}

test("who put labels on and took them off is read from the issue's events, apps and vanished accounts told apart", async () => {
  onEvents(1, [
    event("labeled", "priority:low", { login: "coppice[bot]", type: "Bot" }),
    { id: 2, event: "closed", actor: { login: "ada", type: "User" }, created_at: at },
    event("unlabeled", "priority:low", { login: "ada", type: "User" }),
    event("labeled", "coppice:paused", null),
  ]);
  expect(await readLabelActs(testScope().scope, 7)).toEqual([
    { label: "priority:low", added: true, by: "coppice[bot]", byApp: true, at },
    { label: "priority:low", added: false, by: "ada", byApp: false, at },
    { label: "coppice:paused", added: true, by: "ghost", byApp: false, at },
  ]);
});

test("of an issue with thousands of events the newest are read, by few requests", async () => {
  const many = (page: number) => Array.from({ length: 100 }, () => event("labeled", `bug-${page}`, { login: "ada" }));
  const link = `<${host}${base}/issues/7/events?per_page=100&page=2>; rel="next", <${host}${base}/issues/7/events?per_page=100&page=58>; rel="last"`;
  onEvents(1, many(1), { link });
  onEvents(56, many(56));
  onEvents(57, many(57));
  onEvents(58, [event("labeled", "coppice:paused", { login: "bob" })]);
  const acts = await readLabelActs(testScope().scope, 7);
  expect(acts).toHaveLength(301);
  expect(acts[0]).toMatchObject({ label: "bug-1" });
  expect(acts.at(-1)).toMatchObject({ label: "coppice:paused", by: "bob" });
});

test("of two pages each is read once; of an issue that is gone there are none", async () => {
  const link = `<${host}${base}/issues/7/events?page=2&per_page=100>; rel="last"`;
  onEvents(1, [event("labeled", "bug", { login: "ada" })], { link });
  onEvents(2, [event("labeled", "coppice:paused", { login: "bob" })]);
  expect((await readLabelActs(testScope().scope, 7)).map(({ label }) => label)).toEqual(["bug", "coppice:paused"]);
  nock(host).get(`${base}/issues/8/events`).query(true).reply(404, { message: "Not Found" });
  expect(await readLabelActs(testScope().scope, 8)).toEqual([]);
});
