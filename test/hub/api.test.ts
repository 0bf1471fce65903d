import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { noUsage, type PlanState } from "../../src/core/plan/plan.ts";
import { createRunLogs } from "../../src/hub/run-logs.ts";
import { openWorkerTokens } from "../../src/hub/worker-tokens.ts";
import { operatorToken, repository, startHost, until } from "./support/host.ts";
import { connectWorker, offerOf } from "./support/worker.ts";

const authorization = `Bearer ${operatorToken}`;
const asOperator = { headers: { authorization } };

const planned: PlanState = {
  plan: { goal: "Say hello", tasks: [offerOf("r").task] },
  hash: "0".repeat(64),
  folded: [],
  record: {
    version: 1,
    issue: 1,
    revision: 2,
    revisions: [],
    status: { kind: "draft" },
    planner: "keywords",
    tasks: {},
    usage: noUsage,
  },
};

test("health is told to everyone, everything else to the operator only", async () => {
  const { front } = await startHost();
  expect(await (await fetch(`${front.url}/healthz`)).json()).toEqual({ ok: true, workers: 0, runs: 0 });
  for (const path of ["/api/workers", "/api/runs", "/api/plans", "/api/runs/r1/log", "/api/events", "/api/nothing"]) {
    expect((await fetch(`${front.url}${path}`)).status, path).toBe(401);
    const wrong = { headers: { authorization: "Bearer wrong" } };
    expect((await fetch(`${front.url}${path}`, wrong)).status, path).toBe(401);
  }
  expect((await fetch(`${front.url}/api/nothing`, asOperator)).status).toBe(404);
});

test("workers, runs, logs and plans can be read", async () => {
  const host = await startHost({ plans: async () => [{ repository, state: planned, progress: [] }] });
  const read = async (path: string) => (await fetch(`${host.front.url}/api/${path}`, asOperator)).json();
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  worker.send({ kind: "run-log", run: "r1", text: "<b>hello</b>" });
  await until("the log", () => host.hub.log("r1") !== undefined);
  expect(await read("workers")).toMatchObject({ workers: [{ id: "worker-1", connected: true, free: 1 }] });
  expect(await read("runs")).toMatchObject({ runs: [{ run: "r1", repository: "octo/hello", plan: 1, issue: 7 }] });
  expect(await read("plans")).toMatchObject({
    plans: [
      { repository: "octo/hello", issue: 1, goal: "Say hello", status: { kind: "draft" }, tasks: [{ key: "T1" }] },
    ],
  });
  const log = await fetch(`${host.front.url}/api/runs/r1/log`, asOperator);
  expect(log.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(log.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await log.text()).toBe("<b>hello</b>");
  expect((await fetch(`${host.front.url}/api/runs/r9/log`, asOperator)).status).toBe(404);
});

test("the operator enrols a worker, who can then connect; nobody else can enrol", async () => {
  const host = await startHost();
  const enrol = (body: string, headers: Record<string, string>) =>
    fetch(`${host.front.url}/api/workers`, { method: "POST", body, headers });
  expect((await enrol('{"name":"builder"}', {})).status).toBe(401);
  const bad = await enrol('{"name":"Not A Name"}', { authorization });
  expect(bad.status).toBe(400);
  expect(await bad.json()).toEqual({
    error: 'name: a name of lower-case letters, digits and dashes, at most 63; expected {"name": "<worker>"}',
  });
  expect((await enrol("{", { authorization })).status).toBe(400);
  expect((await enrol(" ".repeat(20_000), { authorization })).status).toBe(413);
  const made = await enrol('{"name":"builder"}', { authorization });
  expect(made.status).toBe(201);
  const { name, token } = (await made.json()) as { name: string; token: string };
  expect(name).toBe("builder");
  await connectWorker(host, "builder", { token });
});

test("events are streamed as they happen, logs only when asked for", async () => {
  const host = await startHost();
  const quiet = await openStream(`${host.front.url}/api/events`);
  const chatty = await openStream(`${host.front.url}/api/events?logs=1`);
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  worker.send({ kind: "run-log", run: "r1", text: "hello\nworld" });
  worker.send({ kind: "run-progress", run: "r1", phase: "verifying", note: "npm test" });
  host.hub.events.emit({ kind: "plan-change", repository, issue: 1 });
  await until("both streams are through", () => [quiet, chatty].every(({ text }) => text().includes("plan-change")));
  expect(quiet.text()).toContain('event: run-progress\ndata: {"kind":"run-progress","repository"');
  expect(quiet.text()).not.toContain("run-log");
  expect(chatty.text()).toContain('event: run-log\ndata: {"kind":"run-log","run":"r1","text":"hello\\nworld"}');
  await host.stop();
  await until("the streams are ended", () => quiet.ended() && chatty.ended());
});

async function openStream(url: string): Promise<{ text: () => string; ended: () => boolean }> {
  const response = await fetch(url, asOperator);
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  let text = "";
  let ended = false;
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    ended = true;
  };
  read().catch(() => {
    ended = true;
  });
  await until("the stream is open", () => text.includes(": listening"));
  return { text: () => text, ended: () => ended };
}

test("tokens are stored hashed, in a file for its owner alone, and written whole", async () => {
  const host = await startHost();
  const [one, two] = await Promise.all([host.hub.enrol("worker-1"), host.hub.enrol("worker-2")]);
  const path = join(host.folder, "hub", "workers.json");
  const text = await readFile(path, "utf8");
  expect(Object.keys(JSON.parse(text).workers).sort()).toEqual(["worker-1", "worker-2"]);
  expect(text).not.toContain(one);
  expect(text).not.toContain(two);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await expect(host.hub.enrol("Not A Name")).rejects.toThrow(/worker name/);
});

test("a token file of another version is refused and left alone", async () => {
  const host = await startHost();
  const path = join(host.folder, "hub", "workers.json");
  await host.hub.enrol("worker-1");
  await writeFile(path, '{"version":2,"workers":{}}');
  await expect(openWorkerTokens(join(host.folder, "hub"))).rejects.toThrow(
    /not a worker token file this version knows/,
  );
  expect(await readFile(path, "utf8")).toBe('{"version":2,"workers":{}}');
});

test("a run's log keeps its newest bytes, and only the newest runs keep a log", () => {
  const logs = createRunLogs({ bytes: 10, runs: 2 });
  logs.append("r1", "ü2345");
  logs.append("r1", "67890");
  // The cut falls into the middle of the ü: what is left of it is dropped.
  expect(logs.read("r1")).toBe("[… the beginning is cut …]\n234567890");
  logs.append("r2", "a");
  logs.append("r3", "b");
  expect(logs.read("r1")).toBeUndefined();
  expect(logs.read("r2")).toBe("a");
});

test("a log that comes letter by letter, or says nothing again and again, is kept in few pieces", () => {
  const logs = createRunLogs({ bytes: 50_000, runs: 2 });
  for (let at = 0; at < 100_000; at += 1) logs.append("r1", at % 4 === 0 ? "" : "x");
  const joins = vi.spyOn(Buffer, "concat");
  onTestFinished(() => joins.mockRestore());
  expect(logs.read("r1")).toBe(`[… the beginning is cut …]\n${"x".repeat(50_000)}`);
  expect(joins.mock.lastCall?.[0].length).toBeLessThan(10);
});

test("health tells of repositories that are not looked after", async () => {
  let failing = 2;
  const { front } = await startHost({ failing: () => failing });
  const health = async () => (await fetch(`${front.url}/healthz`)).json();
  expect(await health()).toEqual({ ok: false, workers: 0, runs: 0, failing: 2 });
  failing = 0;
  expect(await health()).toEqual({ ok: true, workers: 0, runs: 0 });
});
