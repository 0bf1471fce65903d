import nock from "nock";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { githubLimits } from "../../src/core/budget/limits.ts";
import { baseUrl, host, interceptRequests, onGraphql, testScope } from "./support.ts";

interceptRequests();

const thing = z.object({ name: z.string() });
const read = { route: "GET /things/{id}", parameters: { id: "a/b" } };
const write = { route: "POST /things", parameters: { name: "n" } };

describe("a request", () => {
  test("carries the authorization and encodes its parameters", async () => {
    nock(baseUrl, { reqheaders: { authorization: "token t0", "user-agent": /^coppice / } })
      .get("/things/a%2Fb")
      .reply(200, { name: "n", more: 1 });
    expect(await testScope().scope.client.rest(read, thing)).toEqual({ name: "n" });
  });

  test("GraphQL goes beside the versioned API, as on an Enterprise Server", async () => {
    onGraphql(() => ({ data: { p0: null } }));
    const { scope, usage } = testScope();
    await scope.client.graphql({ parts: [{ document: "pull", variables: { owner: "o", name: "n", number: 1 } }] });
    expect(usage.read()).toEqual([{ route: "POST /graphql Pull", requests: 1, contents: 0 }]);
  });
});

describe("a failure becomes one coded error that names the route and no secret", () => {
  test.each([
    [404, {}, "forge-not-found"],
    [410, {}, "forge-not-found"],
    [401, {}, "forge-refused"],
    [403, {}, "forge-refused"],
    [409, {}, "forge-refused"],
    [422, {}, "forge-refused"],
    [429, { "retry-after": "400" }, "forge-limited"],
    [403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767229200" }, "forge-limited"],
  ])("%i with %j", async (status, headers, code) => {
    nock(baseUrl)
      .post("/things")
      .reply(
        status,
        { message: "No, ghs_1234.secret-token_5 is wrong" },
        { date: "Thu, 01 Jan 2026 00:00:00 GMT", ...headers },
      );
    const failure = await testScope()
      .scope.client.send(write)
      .catch((error) => error);
    expect(failure).toMatchObject({ code });
    expect(failure.message).toMatch(
      status === 404 || code !== "forge-limited" ? /^POST \/things: \d+ No, \[token\] is wrong/ : /limit/,
    );
    expect(JSON.stringify([failure.message, failure.cause?.request?.headers])).not.toMatch(/t0|secret-token/);
  });

  test("an answer that makes no sense is no answer", async () => {
    nock(baseUrl).get("/things/a%2Fb").reply(200, { name: 7 });
    await expect(testScope().scope.client.rest(read, thing)).rejects.toMatchObject({
      code: "forge-unavailable",
      message: expect.stringContaining("at name"),
    });
  });

  test("GraphQL errors of single parts are values", async () => {
    onGraphql(() => ({ data: { p0: null }, errors: [{ type: "NOT_FOUND", message: "no", path: ["p0"] }] }));
    const { scope } = testScope();
    const answer = await scope.client.graphql({ parts: [{ document: "create-issue", variables: { input: {} } }] });
    expect(answer).toEqual({ data: { p0: null }, errors: [{ type: "NOT_FOUND", message: "no", path: ["p0"] }] });
  });
});

describe("asking again", () => {
  test("a read gets through two 5xx and a reset connection", async () => {
    const forge = nock(baseUrl);
    forge.get("/things/a%2Fb").reply(502, "bad gateway");
    forge.get("/things/a%2Fb").replyWithError(Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }));
    forge.get("/things/a%2Fb").reply(503, "");
    forge.get("/things/a%2Fb").reply(200, { name: "n" });
    const { scope, clock } = testScope();
    expect(await scope.client.rest(read, thing)).toEqual({ name: "n" });
    expect(clock.slept).toHaveLength(3);
  });

  test("it ends after four tries", async () => {
    nock(baseUrl).get("/things/a%2Fb").times(4).reply(500, "");
    await expect(testScope().scope.client.rest(read, thing)).rejects.toMatchObject({ code: "forge-unavailable" });
  });

  test("a creation without an answer is never sent twice", async () => {
    nock(baseUrl).post("/things").reply(502, "");
    await expect(testScope().scope.client.send(write)).rejects.toMatchObject({ code: "forge-unavailable" });
  });

  test("a creation refused for a limit had no effect and is sent again when the window opens", async () => {
    nock(baseUrl)
      .post("/things")
      .reply(403, { message: "You have exceeded a secondary rate limit" }, { "retry-after": "30" });
    nock(baseUrl).post("/things").reply(201, { name: "n" });
    const { scope, clock } = testScope();
    expect(await scope.client.rest(write, thing)).toEqual({ name: "n" });
    expect(clock.monotonic()).toBe(30_000);
  });

  test("a mutation without an answer is sent again only when it may be", async () => {
    const parts = [{ document: "create-issue" as const, variables: { input: {} } }];
    nock(host).post("/api/graphql").reply(502, "");
    await expect(testScope().scope.client.graphql({ parts })).rejects.toMatchObject({ code: "forge-unavailable" });
    nock(host).post("/api/graphql").reply(502, "");
    onGraphql(() => ({ data: { p0: { issue: null } } }));
    expect((await testScope().scope.client.graphql({ parts, idempotent: true })).errors).toEqual([]);
  });
});

describe("limits", () => {
  test("remaining 0 shuts the API until its reset by the forge's own clock", async () => {
    const headers = {
      date: "Mon, 01 Jun 2020 12:00:00 GMT",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Date.UTC(2020, 5, 1, 12, 1, 30) / 1_000),
      "x-ratelimit-resource": "core",
    };
    nock(baseUrl).get("/things/a%2Fb").reply(200, { name: "n" }, headers);
    nock(baseUrl).get("/things/a%2Fb").reply(200, { name: "m" });
    const { scope, clock } = testScope();
    await scope.client.rest(read, thing);
    expect(scope.client.closedFor("rest")).toBe(90_000);
    expect(scope.client.closedFor("graphql")).toBe(0);
    expect(await scope.client.rest(read, thing)).toEqual({ name: "m" });
    expect(clock.monotonic()).toBe(90_000);
  });

  test("a window that opens too late is an error at once, and nothing is sent", async () => {
    nock(baseUrl).get("/things/a%2Fb").reply(429, { message: "slow down" }, { "retry-after": "3600" });
    const { scope, clock } = testScope();
    await expect(scope.client.rest(read, thing)).rejects.toMatchObject({ code: "forge-limited" });
    await expect(scope.client.rest(read, thing)).rejects.toThrow("REST limit is spent for 3600 s more");
    expect(clock.monotonic()).toBe(0);
  });

  test("a bare secondary limit waits a minute", async () => {
    nock(baseUrl).get("/things/a%2Fb").reply(403, { message: "You have exceeded a secondary rate limit." });
    nock(baseUrl).get("/things/a%2Fb").reply(200, { name: "n" });
    const { scope, clock } = testScope();
    await scope.client.rest(read, thing);
    expect(clock.monotonic()).toBe(60_000);
  });

  test("GraphQL says so with 200 and an error's type", async () => {
    onGraphql(() => ({ errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] }));
    onGraphql(() => ({ data: { p0: null } }));
    const { scope, clock } = testScope();
    await scope.client.graphql({ parts: [{ document: "create-issue", variables: { input: {} } }] });
    expect(clock.monotonic()).toBe(60_000);
  });

  test("creations beyond a minute's worth wait, and a person's answer goes before a projection", async () => {
    const order: string[] = [];
    nock(baseUrl)
      .post("/things")
      .times(4)
      .reply(201, async (request) => {
        const sent = thing.parse(await request.json());
        order.push(sent.name);
        return sent;
      });
    const { scope, clock } = testScope({ limits: { ...githubLimits, contentsPerMinute: 2 } });
    const create = (name: string, priority: "people" | "projection") =>
      scope.client.send({ route: "POST /things", parameters: { name }, contents: 1, priority });
    await Promise.all([create("1", "people"), create("2", "people"), create("3", "projection"), create("4", "people")]);
    expect(order).toEqual(["1", "2", "4", "3"]);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(60_000);
  });

  test("stopping ends those who wait", async () => {
    nock(baseUrl).get("/things/a%2Fb").reply(403, { message: "secondary rate limit" });
    const { scope, stop } = testScope();
    stop.abort(new Error("the hub stops"));
    await expect(scope.client.rest(read, thing)).rejects.toThrow("the hub stops");
    nock.cleanAll();
  });
});
