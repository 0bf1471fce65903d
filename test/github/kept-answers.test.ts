import nock from "nock";
import { expect, test } from "vitest";
import { z } from "zod";
import { keepAnswers } from "../../src/github/kept-answers.ts";
import { baseUrl, interceptRequests, testScope } from "./support.ts";

interceptRequests();

const thing = z.object({ name: z.string() });
const read = { route: "GET /things/{id}", parameters: { id: 1 } };

/** Expects a read with this ETag, or none. */
function onRead(tag?: string, token = "t0"): nock.Interceptor {
  const reqheaders = { ...(tag === undefined ? {} : { "if-none-match": tag }), authorization: `token ${token}` };
  return nock(baseUrl, { reqheaders, badheaders: tag === undefined ? ["if-none-match"] : [] }).get("/things/1");
}

test("what is asked again is asked with its ETag, and 304 is answered by what is kept", async () => {
  const { scope, usage } = testScope();
  onRead().reply(200, { name: "old" }, { etag: 'W/"1"' });
  onRead('W/"1"').reply(304);
  onRead('W/"1"').reply(200, { name: "new" }, { etag: 'W/"2"' });
  onRead('W/"2"').reply(304);
  const names: string[] = [];
  for (let time = 0; time < 4; time++) names.push((await scope.client.rest(read, thing)).name);
  expect(names).toEqual(["old", "old", "new", "new"]);
  expect(usage.list()).toMatchObject([{ route: read.route, requests: 4, unchanged: 2 }]);
});

test("another token knows nothing, also when the first one comes back", async () => {
  let token = "t0";
  const { scope } = testScope({ token: () => token });
  onRead().reply(200, { name: "a" }, { etag: '"1"' });
  onRead(undefined, "t1").reply(200, { name: "b" }, { etag: '"2"' });
  onRead('"2"', "t1").reply(304);
  onRead().reply(200, { name: "c" }, { etag: '"3"' });
  const names: string[] = [];
  for (token of ["t0", "t1", "t1", "t0"]) names.push((await scope.client.rest(read, thing)).name);
  expect(names).toEqual(["a", "b", "b", "c"]);
});

test("a refusal is an answer of its own and undoes nothing, and other words are another address", async () => {
  const { scope } = testScope();
  onRead().reply(200, { name: "a" }, { etag: '"1"' });
  onRead('"1"').reply(404);
  onRead('"1"').reply(304);
  const found: unknown[] = [];
  for (let time = 0; time < 3; time++) found.push(await scope.client.find(read, thing));
  expect(found).toEqual([{ name: "a" }, undefined, { name: "a" }]);
  const list = (q: string) => scope.client.rest({ route: "GET /things", parameters: { q } }, thing);
  nock(baseUrl).get("/things").query({ q: "x" }).reply(200, { name: "x" }, { etag: '"1"' });
  const untagged = nock(baseUrl, { badheaders: ["if-none-match"] });
  untagged.get("/things").query({ q: "y" }).reply(200, { name: "y" });
  expect([await list("x"), await list("y")]).toEqual([{ name: "x" }, { name: "y" }]);
});

test("a 304 takes nothing of the primary limit: fifty of them do not shut the API", async () => {
  const { scope } = testScope();
  const headers = {
    date: "Thu, 01 Jan 2026 00:00:00 GMT",
    "x-ratelimit-remaining": "20",
    "x-ratelimit-reset": String(Date.UTC(2026, 0, 1, 1) / 1_000),
    "x-ratelimit-resource": "core",
  };
  onRead().reply(200, { name: "a" }, { ...headers, etag: '"1"' });
  onRead('"1"').times(50).reply(304, undefined, headers);
  for (let time = 0; time <= 50; time++) await scope.client.rest(read, thing);
  expect(scope.client.closedFor("rest")).toBe(0);
});

test("so many are kept, so large together, and none that is larger than a sixteenth; the one used longest ago goes first", async () => {
  const kept = keepAnswers<{ status: number; headers: { etag: string }; data: unknown }>({
    entries: 3,
    characters: 64,
  });
  const tags: (string | undefined)[] = [];
  const ask = (key: string, data: unknown = 1) =>
    kept.ask({ key, authorization: "t" }, async (headers) => {
      tags.push(headers["if-none-match"]);
      return { status: 200, headers: { etag: key }, data };
    });
  for (const key of ["a", "b", "c", "a", "d", "a", "b"]) await ask(key);
  expect(tags).toEqual([undefined, undefined, undefined, "a", undefined, "a", undefined]);
  tags.length = 0;
  for (const _ of [1, 2]) await ask("long", "12345");
  expect(tags).toEqual([undefined, undefined]);
});
