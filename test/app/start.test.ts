import { generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { AppOptions } from "../../src/app/options.ts";
import { startApp } from "../../src/app/start.ts";
import { connectWorker } from "../hub/support/worker.ts";
import { deliverTo, eventually, operatorToken, startWorld } from "./support/world.ts";

async function startTestApp(options: AppOptions) {
  const app = await startApp(options);
  onTestFinished(() => app.stop());
  return app;
}

test("a key that is not the app's is told at the start in one line", async () => {
  const { options } = await startWorld();
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const privateKey = stranger.export({ type: "pkcs1", format: "pem" }).toString();
  const line = new RegExp(
    `^${options.apiUrl} does not know app \\d+ by this private key \\(401\\): check APP_ID and PRIVATE_KEY$`,
  );
  await expect(startApp({ ...options, privateKey })).rejects.toThrow(line);
  await expect(startApp({ ...options, appId: 4_000_000 })).rejects.toThrow(/check APP_ID and PRIVATE_KEY$/);
});

test("a port in use is told in one line and leaves nothing running", async () => {
  const { options } = await startWorld();
  const first = await startTestApp(options);
  const port = Number(new URL(first.url).port);
  const second = startApp({ ...options, port, dataFolder: `${options.dataFolder}-2` });
  await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is in use; choose another`);
});

test("a data folder that an app has is told in one line, is free again after it, and keeps the hub's id", async () => {
  const { options } = await startWorld();
  const first = await startTestApp(options);
  const line = `the data folder ${options.dataFolder} is in use by process ${process.pid}; give this app another`;
  await expect(startApp(options)).rejects.toThrow(line);
  const id = await readFile(join(options.dataFolder, "hub-id"), "utf8");
  await first.stop();
  const second = await startTestApp(options);
  await first.stop();
  await expect(startApp(options), "an earlier one's end takes nothing from it").rejects.toThrow(line);
  expect(await readFile(join(options.dataFolder, "hub-id"), "utf8")).toBe(id);
  await second.stop();
});

test("the app opens its repositories, answers for its health, lets workers in and stops", async () => {
  const { options } = await startWorld();
  const { Request, Response } = globalThis;
  const app = await startTestApp(options);
  expect({ Request: globalThis.Request, Response: globalThis.Response }, "they are the process's own").toEqual({
    Request,
    Response,
  });
  await app.reconcileNow();
  const { worker } = await connectWorker({ workerUrl: app.workerUrl, hub: app.hub }, "worker-1");
  expect(await (await fetch(`${app.url}/healthz`)).json()).toEqual({ ok: true, workers: 1, runs: 0 });
  const plans = await fetch(`${app.url}/api/plans`, { headers: { authorization: `Bearer ${operatorToken}` } });
  expect(await plans.json()).toEqual({ plans: [] });
  const before = Date.now();
  await app.stop();
  // What is left after nine seconds is cut off; a machine may be slow at that.
  expect(Date.now() - before).toBeLessThan(30_000);
  expect((await worker.close()).code).toBe(1001);
  await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
});

test("a run that a worker makes up gives it no token and opens no repository", async () => {
  const { forge, options } = await startWorld();
  const app = await startTestApp(options);
  await app.reconcileNow();
  await forge.admin.createRepository({ owner: "octo", name: "closed" });
  const claimed = (name: string) => ({ run: `made-up-${name}`, repository: `octo/${name}`, plan: 1, issue: 1 });
  const { worker } = await connectWorker({ workerUrl: app.workerUrl, hub: app.hub }, "worker-1", {
    runs: [claimed("hello"), claimed("closed")],
  });
  expect((await worker.next("run-stop")).run).toBe("made-up-hello");
  for (const name of ["hello", "closed"]) worker.send({ kind: "token-request", run: `made-up-${name}` });
  expect((await worker.next("run-stop")).run, "the other one waits").toBe("made-up-hello");
  expect(worker.received).toEqual([]);
  expect(existsSync(join(options.dataFolder, "mirrors", "octo+hello.git"))).toBe(true);
  expect(existsSync(join(options.dataFolder, "mirrors", "octo+closed.git"))).toBe(false);
});

test("a /plan by webhook becomes a plan in the thread; approved, its tasks are offered to a worker", async () => {
  const world = await startWorld();
  const { octokit, repository } = world;
  const app = await startTestApp(world.options);
  deliverTo(app.url, world);
  const { worker } = await connectWorker({ workerUrl: app.workerUrl, hub: app.hub }, "worker-1");
  const { data: issue } = await octokit.issues.create({ ...repository, title: "Say hello", body: "" });
  const thread = { ...repository, issue_number: issue.number };
  await octokit.issues.createComment({ ...thread, body: "/plan Add a greeting and a farewell" });
  const comments = async () => (await octokit.issues.listComments(thread)).data;
  await eventually("the plan comment", async () =>
    (await comments()).some(({ user }) => user?.login === "coppice[bot]"),
  );
  const shown = (await comments()).find(({ user }) => user?.login === "coppice[bot]");
  expect(shown?.body).toContain("T1");
  await octokit.issues.createComment({ ...thread, body: "/approve r1" });
  const { offer, token } = await worker.next("task-offer");
  expect(offer).toMatchObject({
    repository: { owner: "octo", name: "hello" },
    plan: issue.number,
    defaultBranch: "main",
  });
  expect(offer.author.name).toBe("coppice[bot]");
  expect(token).toMatch(/^ghs_/);
  expect(world.lines.join("")).not.toContain(token);
  const tasks = app.tasks("octo", "hello", issue.number);
  expect(tasks.map(({ key }) => key)).toEqual(tasks.map((_, index) => `T${index + 1}`));
  expect(new Set(tasks.map(({ state }) => state))).toEqual(new Set(["queued"]));
  expect(tasks[0]).toMatchObject({ issue: offer.issue, title: offer.task.title });
});

test("without a single webhook the same comes about, by the sweep alone", async () => {
  const world = await startWorld();
  const { octokit, repository } = world;
  const app = await startTestApp(world.options);
  await app.reconcileNow();
  const { data: issue } = await octokit.issues.create({ ...repository, title: "Say hello", body: "" });
  const thread = { ...repository, issue_number: issue.number };
  await octokit.issues.createComment({ ...thread, body: "/plan Add a greeting and a farewell" });
  await app.reconcileNow();
  const { data: comments } = await octokit.issues.listComments(thread);
  expect(comments.map(({ user }) => user?.login)).toEqual(["octo", "coppice[bot]"]);
});
