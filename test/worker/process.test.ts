import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseHubFrame } from "../../src/wire/frames/codec.ts";
import type { ServedOrigin } from "../git/git-server.ts";
import { startServedOrigin } from "../git/git-server.ts";
import { makeOffer } from "../runner/bench.ts";
import { isGone } from "../support/is-gone.ts";
import type { SmallHub } from "./small-hub.ts";
import { startSmallHub } from "./small-hub.ts";

const main = join(import.meta.dirname, "../../dist/worker/main.js");
const token = "worker-token-of-this-test";

let served: ServedOrigin;
let hub: SmallHub;
let child: ChildProcess | undefined;

beforeEach(async () => {
  served = await startServedOrigin("ghs_git-token");
  hub = await startSmallHub({ token });
});
afterEach(async () => {
  child?.kill("SIGKILL");
  child = undefined;
  await Promise.all([hub.close(), served.close()]);
});

function environment(line: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: served.folder,
    COPPICE_HUB: hub.url,
    COPPICE_WORKER_NAME: "one",
    COPPICE_WORKER_TOKEN: token,
    COPPICE_DATA: join(served.folder, "data"),
    COPPICE_AGENT: `command:${line}`,
    LOG_LEVEL: "fatal",
  };
}

/** Started here, killed by the end of the test. */
function start(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  return child;
}

async function offer(): Promise<void> {
  await hub.wait("worker-hello");
  const made = makeOffer({ gitUrl: served.url });
  hub.send(parseHubFrame(JSON.stringify({ kind: "task-offer", token: "ghs_git-token", offer: made })));
}

function ended(process: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => process.once("exit", resolve));
}

/** A file that the agent of the offered run left. */
function inWorktree(folder: string, name: string): string {
  return join(folder, "data", "runs", "run-1", "work", "worktree", name);
}

async function pidIn(file: string): Promise<number> {
  for (let turn = 0; turn < 400; turn += 1) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.trim()) return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing in ${file}`);
}

describe("the worker process", () => {
  it("does a task over HTTP with the token nowhere but in its memory, outlives its terminal, and ends at the second signal", async () => {
    const args = [main, "--dangerously-no-sandbox"];
    const child = start(args, environment("env > env.txt; echo $$ > pid; sleep 60"));
    await offer();
    const pid = await pidIn(inWorktree(served.folder, "pid"));
    const seen = await readFile(inWorktree(served.folder, "env.txt"), "utf8");
    expect(seen).not.toMatch(/ghs_git-token|worker-token/);
    child.kill("SIGHUP");
    await hub.wait("worker-drain");
    const end = ended(child);
    child.kill("SIGTERM");
    expect((await hub.wait("run-end")).outcome).toMatchObject({ kind: "failed", failure: { kind: "stopped" } });
    expect(await end).toBe(0);
    expect(await isGone(pid)).toBe(true);
    expect(await served.origin.ref("refs/coppice/trash/")).toMatch(/^[0-9a-f]{40}$/);
  });

  it("hands its task back and ends when one SIGTERM did not let it finish in time", async () => {
    const args = [main, "--dangerously-no-sandbox", "--drain-minutes", "0.01"];
    const child = start(args, environment("echo hi > made; echo $$ > pid; sleep 60"));
    await offer();
    const pid = await pidIn(inWorktree(served.folder, "pid"));
    const end = ended(child);
    child.kill("SIGTERM");
    expect((await hub.wait("run-end")).outcome).toMatchObject({ kind: "failed", failure: { kind: "stopped" } });
    expect(await end).toBe(0);
    expect(await isGone(pid)).toBe(true);
    expect(await served.origin.ref("refs/coppice/leases/12")).toMatch(/^[0-9a-f]{40}$/);
  });

  it("ends itself and its agents when the process that forked it is killed", async () => {
    const parent = join(served.folder, "parent.mjs");
    await writeFile(
      parent,
      `import { fork } from "node:child_process"; import { writeFileSync } from "node:fs";
       const child = fork(${JSON.stringify(main)}, ["--dangerously-no-sandbox"], { stdio: "inherit" });
       writeFileSync(${JSON.stringify(join(served.folder, "worker-pid"))}, String(child.pid));`,
    );
    const child = start([parent], environment("echo $$ > pid; sleep 60"));
    await offer();
    const agent = await pidIn(inWorktree(served.folder, "pid"));
    const worker = await pidIn(join(served.folder, "worker-pid"));
    child.kill("SIGKILL");
    expect(await isGone(agent)).toBe(true);
    expect(await isGone(worker)).toBe(true);
  });

  it("ends itself when the process that forked it is killed at once, before the worker has begun", async () => {
    const parent = join(served.folder, "parent.mjs");
    await writeFile(
      parent,
      `import { fork } from "node:child_process"; import { writeFileSync } from "node:fs";
       const child = fork(${JSON.stringify(main)}, ["--dangerously-no-sandbox"], { stdio: "inherit" });
       writeFileSync(${JSON.stringify(join(served.folder, "worker-pid"))}, String(child.pid));
       process.kill(process.pid, "SIGKILL");`,
    );
    start([parent], environment("true"));
    const worker = await pidIn(join(served.folder, "worker-pid"));
    const gone = await isGone(worker);
    if (!gone) process.kill(worker, "SIGKILL");
    expect(gone).toBe(true);
  });

  it("that was killed itself leaves an agent which its next start ends", async () => {
    const args = [main, "--dangerously-no-sandbox"];
    const child = start(args, environment("echo $$ > pid; sleep 60"));
    await offer();
    const agent = await pidIn(inWorktree(served.folder, "pid"));
    const end = ended(child);
    child.kill("SIGKILL");
    await end;
    start(args, environment("true"));
    expect(await isGone(agent)).toBe(true);
  });

  it.each([
    [["--hub", ""], /no hub is named/],
    [["--slots", "many"], /slots: a number from 1 to 64/],
    [["--min-disk", "lots"], /--min-disk: a number, 0 or more/],
    [["--drain-minutes", "-1"], /--drain-minutes: a number, 0 or more/],
    [["--token-file", "/no/such/file"], /token file \/no\/such\/file cannot be read/],
    [["--name", "Not A Name"], /lower-case letters, digits and dashes/],
    [["--unknown"], /unknown option '--unknown'/],
  ])("given %j says in one line what is wrong and what would be right", async (args, message) => {
    const env = { ...environment("true"), COPPICE_WORKER_TOKEN: args[0] === "--token-file" ? "" : token };
    const child = start([main, ...args], env);
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    expect(await ended(child)).toBe(1);
    expect(said).toMatch(message);
    expect(said.trim().split("\n")).toHaveLength(1);
  });
});
