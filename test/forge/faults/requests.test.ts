import { rm } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { FaultPlan } from "../../../src/forge/index.ts";
import { cloneUrl, commit, git, refusal, seed, startWorld, tryGit, type World } from "../support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };

beforeAll(async () => {
  world = await startWorld();
  await world.ada.repos.createForAuthenticatedUser({ name: "sample", auto_init: true });
});

beforeEach(() => world.forge.admin.setFaults(undefined));
afterEach(() => world.forge.admin.setFaults(undefined));
afterAll(() => world.close());

const set = (...requests: NonNullable<FaultPlan["requests"]>) => world.forge.admin.setFaults({ seed: 7, requests });
const openIssue = (title: string) => world.ada.issues.create({ ...sample, title });
const titles = async () => (await world.ada.issues.listForRepo(sample)).data.map(({ title }) => title);
const graphql = (query: string) =>
  fetch(`${world.forge.url}/api/graphql`, {
    method: "POST",
    body: JSON.stringify({ query }),
    headers: { authorization: `token ${world.token}`, "content-type": "application/json" },
  });

const creating = "POST /repos/{owner}/{repo}/issues";

test("a 5xx before the effect leaves nothing, one after the effect leaves everything", async () => {
  for (const status of [500, 502, 503, 504] as const) {
    set({ fault: "status", status, route: creating, times: 1 });
    expect((await refusal(openIssue(`before ${status}`))).status).toBe(status);
    set({ fault: "status", status, when: "after", route: creating, times: 1 });
    expect((await refusal(openIssue(`after ${status}`))).status).toBe(status);
    expect(world.forge.admin.faultsSeen()).toMatchObject({ status: 1, before: 0, after: 1 });
  }
  const found = await titles();
  expect(found.filter((title) => title.startsWith("before"))).toEqual([]);
  expect(found.filter((title) => title.startsWith("after"))).toHaveLength(4);
});

test("a reset cuts the connection, before or after the effect", async () => {
  set({ fault: "reset", route: creating, times: 1 }, { fault: "reset", when: "after", route: creating, times: 1 });
  await expect(openIssue("reset before")).rejects.toMatchObject({ status: 500, response: undefined });
  await expect(openIssue("reset after")).rejects.toMatchObject({ status: 500, response: undefined });
  expect(await titles()).toContain("reset after");
  expect(await titles()).not.toContain("reset before");
  expect(world.forge.admin.faultsSeen()).toMatchObject({ reset: 2, before: 1, after: 1 });
});

test("a time-out withholds the answer, then resets, and leaves nothing behind at signals that live as long as the forge", async () => {
  const any = vi.spyOn(AbortSignal, "any");
  onTestFinished(() => any.mockRestore());
  set({ fault: "timeout", milliseconds: 60_000, when: "after", route: creating });
  let isOver = false;
  const request = openIssue("late").catch((error: unknown) => error);
  void request.then(() => {
    isOver = true;
  });
  await expect.poll(titles).toContain("late");
  expect(isOver).toBe(false);
  world.forge.admin.advance(60_000);
  expect(await request).toMatchObject({ status: 500, response: undefined });
  expect(world.forge.admin.faultsSeen()).toMatchObject({ timeout: 1, after: 1 });
  expect(any).not.toHaveBeenCalled();
});

test("rules find GraphQL operations by name, and leave others alone", async () => {
  set({ fault: "status", status: 502, route: "POST /graphql Who*" });
  expect((await graphql("query WhoAmI { viewer { login } }")).status).toBe(502);
  expect((await graphql("query Other { viewer { login } }")).status).toBe(200);
  expect((await graphql("{ viewer { login } }")).status).toBe(200);
});

test("the same seed and order give the same faults, another seed others", async () => {
  const play = async (seed: number) => {
    world.forge.admin.setFaults({ seed, requests: [{ fault: "status", share: 0.4, when: "either" }] });
    const outcomes: number[] = [];
    for (let at = 0; at < 40; at += 1) {
      const path = at % 2 === 0 ? "/user" : "/repos/ada/sample";
      const headers = { authorization: `token ${world.token}` };
      outcomes.push((await fetch(`${world.forge.apiUrl}${path}`, { headers })).status);
    }
    return { outcomes, seen: world.forge.admin.faultsSeen() };
  };
  const first = await play(3);
  expect(await play(3)).toEqual(first);
  expect((await play(2)).outcomes).not.toEqual(first.outcomes);
  expect(first.seen.status).toBeGreaterThan(8);
  expect(first.seen.status).toBeLessThan(24);
});

test("the same seed gives each route the same faults, also where requests of many routes come at once", async () => {
  const paths = ["/user", "/repos/ada/sample", "/repos/ada/sample/issues"];
  const play = async () => {
    world.forge.admin.setFaults({ seed: 3, requests: [{ fault: "status", share: 0.4 }] });
    const headers = { authorization: `token ${world.token}` };
    const ask = async (path: string) => (await fetch(`${world.forge.apiUrl}${path}`, { headers })).status;
    const asked = Array.from({ length: 15 }, () => paths).flat();
    const statuses = await Promise.all(asked.map(async (path) => ({ path, status: await ask(path) })));
    return paths.map((path) => statuses.filter((one) => one.path === path && one.status === 503).length);
  };
  const first = await play();
  expect(await play()).toEqual(first);
  expect(new Set(first).size, "each route has luck of its own").toBeGreaterThan(1);
});

test("a push whose reply was lost has moved the ref", async () => {
  const work = await seed();
  const url = cloneUrl(world.forge, "ada/sample", world.token);
  const receive = "POST /{owner}/{repository}.git/git-receive-pack";
  set({ fault: "reset", when: "after", route: receive, times: 1 });
  const lost = await tryGit(work, "push", url, "HEAD:refs/heads/lost");
  expect(lost.code).not.toBe(0);
  const head = (await git(work, "rev-parse", "HEAD")).trim();
  expect(await git(work, "ls-remote", url, "refs/heads/lost")).toContain(head);

  await commit(work, { a: "1" }, "More");
  for (const name of ["reset", "refused"]) {
    // git tries a connection that was reset once more by itself, so each push meets it.
    set(name === "reset" ? { fault: "reset", route: receive } : { fault: "status", status: 503, route: receive });
    expect((await tryGit(work, "push", url, `HEAD:refs/heads/${name}`)).code).not.toBe(0);
    expect(await git(work, "ls-remote", url, `refs/heads/${name}`)).toBe("");
  }
  set();
  expect((await tryGit(work, "push", url, "HEAD:refs/heads/refused")).code).toBe(0);
  set({ fault: "reset", when: "after", route: "POST *git-upload-pack" });
  expect((await tryGit(work, "fetch", url, "main")).code).not.toBe(0);
  set();
  expect((await tryGit(work, "fetch", url, "main")).code).toBe(0);
  await rm(work, { recursive: true });
});

test("a limit closes a window for its caller alone, and who comes too early is counted", async () => {
  const { admin, apiUrl } = world.forge;
  set({ fault: "limited", how: "retry-after", status: 429, seconds: 30, times: 1, graceMilliseconds: 1_000 });
  const ask = (token: string) => fetch(`${apiUrl}/repos/ada/sample`, { headers: { authorization: `token ${token}` } });
  const first = await ask(world.token);
  expect(first.status).toBe(429);
  expect(first.headers.get("retry-after")).toBe("30");
  admin.ensureUser({ login: "grace" });
  expect((await ask(admin.createToken("grace"))).status).toBe(200);
  expect((await ask(world.token)).status).toBe(429);
  expect(admin.faultsSeen()).toMatchObject({ limited: 1, onTheirWay: 1, insideClosedWindow: 0 });
  admin.advance(10_000);
  const second = await ask(world.token);
  expect(second.status).toBe(429);
  expect(Number(second.headers.get("retry-after"))).toBeLessThanOrEqual(20);
  expect((await graphql("{ viewer { login } }")).status).toBe(429);
  expect(admin.faultsSeen()).toMatchObject({ limited: 1, onTheirWay: 1, insideClosedWindow: 2 });
  admin.advance(20_000);
  expect((await ask(world.token)).status).toBe(200);
});

test("a spent allowance shuts one API, says until when, and GraphQL says so with 200", async () => {
  const { admin } = world.forge;
  set({ fault: "limited", how: "primary", seconds: 600, route: "GET *", times: 1 });
  const refused = await world.ada.repos.get(sample).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    status: 403,
    response: { headers: { "x-ratelimit-remaining": "0", "x-ratelimit-resource": "core" } },
  });
  expect((await graphql("{ viewer { login } }")).status).toBe(200);
  set({ fault: "limited", how: "primary", seconds: 600, route: "POST /graphql*", times: 1 });
  const answer = await graphql("{ viewer { login } }");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-ratelimit-remaining")).toBe("0");
  const untilReset =
    Number(answer.headers.get("x-ratelimit-reset")) * 1_000 - Date.parse(answer.headers.get("date") ?? "");
  expect(untilReset).toBeGreaterThanOrEqual(599_000);
  expect(untilReset).toBeLessThanOrEqual(602_000);
  expect(await answer.json()).toMatchObject({ errors: [{ type: "RATE_LIMITED" }] });
  expect((await world.ada.repos.get(sample)).status).toBe(200);
  admin.advance(601_000);
  expect(await (await graphql("{ viewer { login } }")).json()).toMatchObject({ data: { viewer: { login: "ada" } } });
});

test("a bare secondary limit says nothing but words", async () => {
  set({ fault: "limited", how: "secondary", times: 1 });
  const answer = await fetch(`${world.forge.apiUrl}/user`, { headers: { authorization: `token ${world.token}` } });
  expect(answer.status).toBe(403);
  expect(answer.headers.get("retry-after")).toBeNull();
  expect(answer.headers.get("x-ratelimit-remaining")).toBeNull();
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining("secondary rate limit") });
});

test("a stale read sees what was there a while ago, and never what is older than it may be", async () => {
  set({ fault: "stale", milliseconds: 5_000 });
  const { data } = await openIssue("seen late");
  expect(await titles()).not.toContain("seen late");
  expect((await refusal(world.ada.issues.get({ ...sample, issue_number: data.number }))).status).toBe(404);
  const list = await graphql('{ repository(owner: "ada", name: "sample") { issues(first: 100) { nodes { title } } } }');
  expect(JSON.stringify(await list.json())).not.toContain("seen late");
  world.forge.admin.advance(3_000);
  await world.ada.issues.update({ ...sample, issue_number: data.number, title: "seen later" });
  world.forge.admin.advance(2_001);
  expect(await titles()).toContain("seen late");
  world.forge.admin.advance(3_000);
  expect(await titles()).toContain("seen later");
  expect(world.forge.admin.faultsSeen().stale).toBeGreaterThan(4);
});

test("a stale read sees branches and files where they were, whoever moved them", async () => {
  const { admin, gitUrl } = world.forge;
  const put = (text: string, sha?: string) =>
    world.ada.repos.createOrUpdateFileContents({
      ...{ ...sample, path: "notes.md", message: text, sha },
      content: Buffer.from(text).toString("base64"),
    });
  const first = (await put("one")).data;
  admin.advance(10_000);
  set({ fault: "stale", milliseconds: 5_000 });
  const second = (await put("two", first.content?.sha)).data;
  const query = `{ repository(owner: "ada", name: "sample") {
    ref(qualifiedName: "refs/heads/main") { target { oid } }
    object(expression: "main:notes.md") { ... on Blob { text } }
  } }`;
  const branch = async () => (await world.ada.git.getRef({ ...sample, ref: "heads/main" })).data.object.sha;
  const file = async () => JSON.stringify(await (await graphql(query)).json());
  expect(await branch()).toBe(first.commit.sha);
  expect(await file()).toContain(`"oid":"${first.commit.sha}"`);
  expect(await file()).toContain('"text":"one"');
  // git itself is never stale, and what it pushes is seen late as well.
  const work = await seed();
  const url = cloneUrl({ gitUrl }, "ada/sample", world.token);
  expect(await git(work, "ls-remote", url, "refs/heads/main")).toContain(second.commit.sha);
  await git(work, "push", "--quiet", url, "HEAD:refs/heads/pushed");
  expect((await refusal(world.ada.git.getRef({ ...sample, ref: "heads/pushed" }))).status).toBe(404);
  admin.advance(5_001);
  expect(await branch()).toBe(second.commit.sha);
  expect(await file()).toContain('"text":"two"');
  expect((await world.ada.git.getRef({ ...sample, ref: "heads/pushed" })).status).toBe(200);
  await rm(work, { recursive: true });
});

test("a plan that is wrong is refused in one line that names every place", () => {
  const wrong = { requests: [{ fault: "status", share: 2 }, { fault: "stop" }], more: 1 } as unknown as FaultPlan;
  expect(() => world.forge.admin.setFaults(wrong)).toThrow(/^faults: .*requests\[0\]\.share: .*requests\[1\]/);
  expect(() => world.forge.admin.setFaults(wrong)).not.toThrow(/\n/);
});
