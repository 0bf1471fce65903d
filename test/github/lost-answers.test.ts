import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/app/system-clock.ts";
import { unlimited } from "../../src/core/budget/limits.ts";
import { CoppiceError } from "../../src/core/errors.ts";
import type { Forge as EmbeddedForge } from "../../src/forge/index.ts";
import { startForge } from "../../src/forge/index.ts";
import { connect } from "../../src/github/connection.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Forge } from "../../src/ports/forge/forge.ts";
import type { Fate, LosingProxy } from "../support/losing-proxy.ts";
import { startLosingProxy } from "../support/losing-proxy.ts";

/** Waits pass fifty times as fast. */
const clock: Clock = { ...systemClock, sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / 50, signal) };
const seed = Number(process.env.SEED ?? 7);

let data: string;
let embedded: EmbeddedForge;
let proxy: LosingProxy;
let ada: Octokit;
const stop = new AbortController();
let open: (name: string) => Promise<Forge>;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "lost-"));
  embedded = await startForge({ data });
  const { admin } = embedded;
  admin.ensureUser({ login: "ada" });
  const permissions = { contents: "write", issues: "write", pull_requests: "write" } as const;
  const app = await admin.ensureApp({ slug: "coppice", name: "Coppice", permissions, events: [] });
  admin.install("coppice", "ada", "all");
  proxy = await startLosingProxy(embedded.url);
  ada = new Octokit({ baseUrl: embedded.apiUrl, auth: admin.createToken("ada") });
  const baseUrl = `${proxy.url}/api/v3`;
  const connection = connect({
    appId: app.id,
    privateKey: app.privateKey,
    baseUrl,
    limits: unlimited,
    clock,
    signal: stop.signal,
  });
  open = async (name) => {
    await ada.repos.createForAuthenticatedUser({ name, auto_init: true });
    const forge = await connection.installations.open({ owner: "ada", name });
    if (forge === undefined) throw new Error("the app is not installed");
    return forge;
  };
});

afterAll(async () => {
  stop.abort();
  await proxy.close();
  await embedded.stop();
  await rm(data, { recursive: true, force: true });
});

beforeEach(() => {
  proxy.fate = () => "pass";
});

test(`task issues are there once each, although half of all requests or answers are lost (seed ${seed})`, async () => {
  const forge = await open("tasks");
  const { data: parent } = await ada.issues.create({ owner: "ada", repo: "tasks", title: "Plan" });
  const tasks = Array.from({ length: 14 }, (_, index) => ({
    key: `T${index + 1}` as const,
    title: `Task ${index + 1}`,
    body: "Do it",
    labels: ["coppice:queued"],
  }));
  proxy.fate = unreliable(seed);
  const made = await insisting(async () => {
    const found = await forge.issues.createTasks({ number: parent.number, nodeId: parent.node_id }, tasks);
    return found.size === tasks.length ? found : undefined;
  });
  await insisting(async () => {
    const [first, ...others] = [...made.values()];
    if (first === undefined) return undefined;
    await forge.issues.addBlockers(others.map((blocked) => ({ blocked, blocking: first })));
    return true;
  });
  proxy.fate = () => "pass";
  expect(proxy.met.lose).toBeGreaterThan(0);
  expect(proxy.met.drop).toBeGreaterThan(0);
  const all = await ada.paginate(ada.issues.listForRepo, { owner: "ada", repo: "tasks", state: "all", per_page: 100 });
  expect(all.map(({ title }) => title).sort()).toEqual(["Plan", ...tasks.map(({ title }) => title)].sort());
  const { issues } = await forge.plans.observe({ issue: parent.number, branches: [] });
  expect(issues.map(({ key }) => key).sort()).toEqual(tasks.map(({ key }) => key).sort());
  expect(issues.filter(({ openBlockers }) => openBlockers.length === 1)).toHaveLength(13);
});

test("a ledger commit is applied once, and its author hears so, although its answer was lost", async () => {
  const forge = await open("ledger");
  let head = await insisting(() => forge.ledger.read());
  const lost = { count: 0 };
  for (let number = 1; number <= 6; number++) {
    proxy.fate = loseFirst(lost);
    const answer = await forge.ledger.commit({
      expected: head.oid,
      files: [{ path: `plans/${number}/plan.yaml`, text: `${number}` }],
      message: `Commit ${number}`,
    });
    if (answer.kind !== "committed") throw new Error(`commit ${number}: ${answer.kind}`);
    head = answer.head;
  }
  expect(lost.count).toBe(6);
  const { data: commits } = await ada.repos.listCommits({ owner: "ada", repo: "ledger", sha: "coppice-ledger" });
  expect(commits.map(({ commit }) => commit.message.split("\n")[0])).toEqual([
    ...[6, 5, 4, 3, 2, 1].map((number) => `Commit ${number}`),
    "Begin the ledger",
  ]);
  expect(commits[0]?.sha).toBe(head.oid);
});

test("a branch has one pull request, merged once, although every first answer was lost", async () => {
  const forge = await open("pulls");
  const at = { owner: "ada", repo: "pulls" };
  const { data: main } = await ada.git.getRef({ ...at, ref: "heads/main" });
  await ada.git.createRef({ ...at, ref: "refs/heads/coppice/1", sha: main.object.sha });
  const content = Buffer.from("work").toString("base64");
  await ada.repos.createOrUpdateFileContents({ ...at, path: "work", branch: "coppice/1", message: "work", content });
  const lost = { count: 0 };
  proxy.fate = loseFirst(lost);
  const pull = await forge.pulls.open({
    branch: "coppice/1",
    base: "main",
    title: "P",
    body: "",
    draft: false,
    labels: [],
  });
  proxy.fate = loseFirst(lost);
  const { number, head } = pull;
  const answer = await insisting(() => forge.pulls.merge({ number, head, method: "squash", title: "P", message: "" }));
  expect(answer.kind).toBe("merged");
  expect(lost.count).toBe(2);
  const { data: all } = await ada.pulls.list({ ...at, state: "all" });
  expect(all).toHaveLength(1);
  const { data: history } = await ada.repos.listCommits({ ...at, sha: "main" });
  expect(history.filter(({ commit }) => commit.message.startsWith("P"))).toHaveLength(1);
});

/** Loses the answer of the next write, and of no other. */
function loseFirst(lost: { count: number }): LosingProxy["fate"] {
  let done = false;
  return ({ method, path }) => {
    if (done || method === "GET" || path.includes("access_tokens")) return "pass";
    done = true;
    lost.count += 1;
    return "lose";
  };
}

/** A quarter of the requests never arrive, a quarter of the answers are lost. */
function unreliable(start: number): () => Fate {
  let state = start >>> 0;
  return () => {
    // A linear congruential generator: the same faults for the same seed. Constants of Numerical Recipes.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const chance = state / 2 ** 32;
    return chance < 0.25 ? "drop" : chance < 0.5 ? "lose" : "pass";
  };
}

/** Tries as the loops do, which come again after an error; at most 40 times. */
async function insisting<Value>(action: () => Promise<Value | undefined>): Promise<Value> {
  for (let count = 0; count < 40; count++) {
    try {
      const value = await action();
      if (value !== undefined) return value;
    } catch (error) {
      if (!(error instanceof CoppiceError)) throw error;
    }
  }
  throw new Error("it never came to an end");
}
