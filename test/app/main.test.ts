import { createServer } from "node:net";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../hub/support/host.ts";
import { environmentOf } from "./support/environment.ts";
import { deliverTo, eventually, startWorld, type World } from "./support/world.ts";

const root = join(import.meta.dirname, "../..");
const main = join(root, "dist/src/app/main.js");
const probotApp = join(root, "dist/src/app/probot-app.js");

const output = { all: true, reject: false, extendEnv: false } as const;

type Child = ResultPromise<typeof output & { env: Record<string, string>; cwd: string }>;

function startProcess(args: readonly string[], env: Record<string, string>): Child {
  const child = execa(process.execPath, args, { ...output, env, cwd: root });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Everything it has printed so far. */
function listen(child: Child): () => string {
  let text = "";
  child.all.on("data", (chunk) => {
    text += chunk;
  });
  return () => text;
}

async function planByWebhook(url: string, world: World): Promise<void> {
  const { octokit, repository } = world;
  deliverTo(url, world);
  const { data: issue } = await octokit.issues.create({ ...repository, title: "Say hello" });
  const thread = { ...repository, issue_number: issue.number };
  await octokit.issues.createComment({ ...thread, body: "/plan Add a greeting and a farewell" });
  await eventually("the plan comment", async () => {
    const { data } = await octokit.issues.listComments(thread);
    return data.some(({ user }) => user?.login === "coppice[bot]");
  });
}

test("the process says in one line what its environment lacks, and ends with 2", async () => {
  const { exitCode, all } = await startProcess([main], { PATH: process.env.PATH ?? "" });
  expect(exitCode).toBe(2);
  expect(all.trim()).toMatch(/^coppice-app: environment: APP_ID: missing: [^\n]*PRIVATE_KEY: missing: [^\n]*$/);
});

test("the process serves one port, plans by webhook, and ends in an orderly way when told to", async () => {
  const world = await startWorld();
  const child = startProcess([main], environmentOf(world));
  const said = listen(child);
  await until("it is ready", () => said().includes("Coppice is ready"));
  const url = /"url":"([^"]+)"/.exec(said())?.[1] ?? "";
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await planByWebhook(url, world);
  const before = Date.now();
  child.kill("SIGTERM");
  expect((await child).exitCode).toBe(0);
  // What is left after nine seconds is cut off; a machine may be slow at that.
  expect(Date.now() - before).toBeLessThan(30_000);
  expect(said()).not.toContain(world.options.webhookSecret);
  expect(said()).not.toContain("BEGIN RSA");
});

test("hosted by `probot run`, its server takes the webhooks and workers have a port of their own", async () => {
  const world = await startWorld();
  const cli = join(root, "node_modules/probot/bin/probot.js");
  const port = String(await freePort());
  const child = startProcess([cli, "run", probotApp], { ...environmentOf(world), PORT: port });
  const said = listen(child);
  await until("it is ready", () => said().includes("Workers connect here"));
  await until("the address is told", () => /ws:[^"]+\/worker/.test(said()));
  const workers = /ws(:[^"]+)\/worker/.exec(said())?.[1] ?? "";
  expect((await fetch(`http${workers}/healthz`)).status).toBe(200);
  await planByWebhook(`http://127.0.0.1:${port}`, world);
  child.kill("SIGTERM");
  expect((await child).exitCode, "its workers are told, and the lead is given up").toBe(0);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
