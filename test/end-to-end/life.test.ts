import { readdir } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, describe, expect, it } from "vitest";
import { listProcesses } from "../support/process-list.ts";
import { coppice, makeRepository, removeFolder, startUpProcess, type UpProcess, until } from "../support/up-process.ts";

/** Found again among all processes by its number; longer than any test. */
const nap = `sleep 300.${process.pid}`;
const words = ["--workers", "1", "--planner", "keywords", "--agent", `command:${nap}`, "--dangerously-no-sandbox"];
const folders: string[] = [];
const started: UpProcess[] = [];

afterAll(async () => {
  await Promise.all(started.map((up) => up.stop()));
  await Promise.all(folders.map(removeFolder));
});

async function start(folder: string): Promise<UpProcess> {
  const up = await startUpProcess(folder, words);
  started.push(up);
  return up;
}

async function repository(): Promise<string> {
  const folder = await makeRepository({ "README.md": "# Sample\n" });
  folders.push(folder);
  return folder;
}

describe("a running coppice up", { timeout: 240_000 }, () => {
  it("ends with all its processes while work is in flight, and leaves the repository as it was but for its data in the git folder", async () => {
    const folder = await repository();
    const up = await start(folder);
    const place = { owner: up.ready.owner, repo: up.ready.repo };
    const issue = (await up.octokit.issues.create({ ...place, title: "Work" })).data.number;
    await up.octokit.issues.createComment({ ...place, issue_number: issue, body: "/plan Build a REST API" });
    await until("a plan", async () => {
      const comments = await up.octokit.issues.listComments({ ...place, issue_number: issue });
      return comments.data.some(({ body }) => body?.includes("revision=1"));
    });
    await up.octokit.issues.createComment({ ...place, issue_number: issue, body: "/approve r1" });
    // The hub's own command line names the agent too.
    const agents = async () => (await processes(nap)).filter((line) => !line.includes("command:"));
    await until("an agent at work", async () => (await agents()).length > 0);
    await up.stop();
    expect((await up.child).exitCode).toBe(0);
    expect([...(await processes(nap)), ...(await processes(folder))]).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual([".git", "README.md"]);
    const status = await execa("git", ["-C", folder, "status", "--porcelain"]);
    expect(status.stdout).toBe("");
  });

  it("keeps token and address of its repository over a restart, and refuses a second one beside it", async () => {
    const folder = await repository();
    const first = await start(folder);
    const beside = await coppice(["up", "--json", ...words], { folder });
    expect(beside.exitCode).toBe(2);
    expect(beside.stderr).toMatch(/is in use by process \d+; stop it, or choose another folder with --data/);
    await first.kill();
    const second = await start(folder);
    const { token, webhookSecret, repo } = second.ready;
    expect({ token, webhookSecret, repo }).toEqual({
      token: first.ready.token,
      webhookSecret: first.ready.webhookSecret,
      repo: first.ready.repo,
    });
    await second.stop();
  });
});

/** Command lines of the machine's processes that hold that text. */
async function processes(text: string): Promise<string[]> {
  const all = await listProcesses();
  return all.map(({ commandLine }) => commandLine).filter((line) => line.includes(text));
}
