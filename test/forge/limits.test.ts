import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { FaultPlan } from "../../src/forge/index.ts";
import { installed, octokit, refusal, startWorld, type World } from "./support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };

beforeAll(async () => {
  world = await startWorld();
  await world.ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
});

beforeEach(() => world.forge.admin.setFaults(undefined));
afterEach(() => world.forge.admin.setFaults(undefined));
afterAll(() => world.close());

const limit = (limits: NonNullable<FaultPlan["limits"]>) => world.forge.admin.setFaults({ limits });
const seen = () => world.forge.admin.faultsSeen();
const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${world.forge.apiUrl}${path}`, { headers: { authorization: `token ${world.token}`, ...headers } });
const openIssue = (title = "One more") => world.ada.issues.create({ ...sample, title });

function graphql(query: string, token = world.token): Promise<Response> {
  const headers = { authorization: `token ${token}`, "content-type": "application/json" };
  return fetch(`${world.forge.url}/api/graphql`, { method: "POST", body: JSON.stringify({ query }), headers });
}

/** A mutation that opens so many issues. */
async function opening(count: number): Promise<string> {
  const { data } = await world.ada.repos.get(sample);
  const fields = Array.from(
    { length: count },
    (_, at) => `i${at}: createIssue(input: {repositoryId: "${data.node_id}", title: "i${at}"}) { issue { number } }`,
  );
  return `mutation Open { ${fields.join("\n")} }`;
}

test("an hour's allowance is counted for each identity and API, is refused when spent, and comes anew", async () => {
  limit({ primary: 3 });
  const { token } = await installed(world);
  for (const remaining of ["2", "1", "0"]) {
    const answer = await ask("/repos/ada/sample");
    expect([answer.status, answer.headers.get("x-ratelimit-remaining")]).toEqual([200, remaining]);
    expect(answer.headers.get("x-ratelimit-limit")).toBe("3");
  }
  const spent = await refusal(world.ada.repos.get(sample));
  expect(spent.status).toBe(403);
  expect(spent.message).toMatch(/^API rate limit exceeded for user ID \d+\./);
  const { data } = await octokit(world.forge, world.token).rateLimit.get();
  expect(data.resources).toMatchObject({ core: { remaining: 0 }, graphql: { remaining: 3 } });
  expect((await octokit(world.forge, token).repos.get(sample)).headers["x-ratelimit-remaining"]).toBe("2");
  expect(await (await graphql("{ rateLimit { remaining } }")).json()).toEqual({
    data: { rateLimit: { remaining: 2 } },
  });
  expect(seen()).toMatchObject({ overLimit: 1, insideClosedWindow: 0 });
  world.forge.admin.advance(3_601_000);
  expect((await ask("/repos/ada/sample")).headers.get("x-ratelimit-remaining")).toBe("2");
});

test("GraphQL's spent allowance is an error of type RATE_LIMITED with 200", async () => {
  limit({ primary: 1 });
  await graphql("{ viewer { login } }");
  const answer = await graphql("{ viewer { login } }");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ errors: [{ type: "RATE_LIMITED" }] });
  expect(answer.headers.get("x-ratelimit-remaining")).toBe("0");
  expect(answer.headers.get("x-ratelimit-resource")).toBe("graphql");
});

test("a read costs one point a minute, a write five, and GraphQL has points of its own", async () => {
  limit({ restPoints: 7, graphqlPoints: 6 });
  await openIssue();
  await ask("/user");
  await ask("/user");
  const refused = await ask("/user");
  expect(refused.status).toBe(403);
  expect(refused.headers.get("retry-after")).toBe("60");
  expect(await refused.json()).toMatchObject({ message: expect.stringContaining("secondary rate limit") });
  world.forge.admin.advance(60_000);
  expect((await ask("/user")).status).toBe(200);
  expect((await graphql(await opening(1))).status).toBe(200);
  expect((await graphql("{ viewer { login } }")).status).toBe(200);
  expect((await graphql("{ viewer { login } }")).status).toBe(403);
  expect(seen()).toMatchObject({ overLimit: 2, insideClosedWindow: 0 });
});

test("what is made is counted by the minute and the hour, by REST and GraphQL together", async () => {
  limit({ contentsPerMinute: 3, contentsPerHour: 5 });
  await openIssue();
  expect((await refusal(openIssue(" "))).status).toBe(422);
  const two = await opening(2);
  expect(JSON.stringify(await (await graphql(two)).json())).not.toContain("errors");
  expect((await refusal(openIssue())).message).toContain("secondary rate limit");
  world.forge.admin.advance(61_000);
  await graphql(two);
  const beyond = await graphql(two);
  expect(beyond.status).toBe(403);
  expect(Number(beyond.headers.get("retry-after"))).toBeGreaterThan(3_000);
  expect((await refusal(world.ada.repos.get(sample))).status).toBe(403);
  world.forge.admin.advance(3_600_000);
  expect((await openIssue()).status).toBe(201);
});

test("no more than so many requests run at once", async () => {
  world.forge.admin.setFaults({
    limits: { atOnce: 2 },
    requests: [{ fault: "timeout", milliseconds: 60_000, route: "GET /user" }],
  });
  const held = [ask("/user"), ask("/user")].map((request) => request.catch(() => "cut off"));
  await expect.poll(() => seen().timeout).toBe(2);
  expect((await ask("/repos/ada/sample")).status).toBe(403);
  world.forge.admin.advance(60_000);
  expect(await Promise.all(held)).toEqual(["cut off", "cut off"]);
  expect((await ask("/repos/ada/sample")).status).toBe(200);
});

test("of too many mutations in one request the first take effect", async () => {
  limit({ mutations: 3 });
  const answer: unknown = await (await graphql(await opening(5))).json();
  expect(answer).toMatchObject({
    data: { i0: { issue: {} }, i2: { issue: {} }, i3: null, i4: null },
    errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", path: ["i3"] }, { path: ["i4"] }],
  });
});

test("GitHub's own numbers stand behind its name", async () => {
  limit("github");
  const answer = await ask("/user");
  expect(answer.headers.get("x-ratelimit-limit")).toBe("5000");
  const stranger = await fetch(`${world.forge.apiUrl}/repos/ada/sample`);
  expect(stranger.headers.get("x-ratelimit-limit")).toBe("60");
  for (let at = 0; at < 8; at += 1) expect((await graphql(await opening(10))).status).toBe(200);
  expect((await graphql(await opening(1))).status).toBe(403);
});

test("what the caller has already is 304 for its token alone, and costs nothing of the allowance", async () => {
  limit("github");
  const path = "/repos/ada/sample/labels?per_page=1";
  const first = await ask(path);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
  const again = await ask(path, { "if-none-match": etag });
  expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
  expect(again.headers.get("x-ratelimit-used")).toBe(first.headers.get("x-ratelimit-used"));
  const other = world.forge.admin.createToken("ada");
  expect((await ask(path, { "if-none-match": etag, authorization: `token ${other}` })).status).toBe(200);
  await world.ada.issues.createLabel({ ...sample, name: "new", color: "ededed" });
  const changed = await ask(path, { "if-none-match": etag });
  expect(changed.status).toBe(200);
  expect(changed.headers.get("etag")).not.toBe(etag);
  const unchanged = world.ada.issues.listLabelsForRepo({
    ...sample,
    per_page: 1,
    headers: { "if-none-match": changed.headers.get("etag") ?? "" },
  });
  await expect(unchanged).rejects.toMatchObject({ status: 304 });
});
