import { chmod, mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { execa, type ResultPromise } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startForge } from "../../src/forge/index.ts";
import {
  childEnvironment,
  coppice,
  git,
  makeRepository,
  removeFolder,
  startUpProcess,
  type UpProcess,
  until,
} from "../support/up-process.ts";

const main = join(import.meta.dirname, "../../dist/src/cli/main.js");

let folder: string;
let programs: string;
let up: UpProcess;
/** May label and no more. */
let tess: Octokit;
let second: ResultPromise | undefined;

beforeAll(async () => {
  folder = await makeRepository({ "README.md": "# Sample\n", ".github/coppice.yml": "verify: test -f README.md\n" });
  programs = await realpath(await mkdtemp(join(tmpdir(), "coppice-programs-")));
  await program("slow", "echo half > half.txt\nexec sleep 300");
  await program("quick", 'echo "$COPPICE_TASK_TITLE" > done.txt');
  const token = await enter("tess");
  const slow = `command:${join(programs, "slow")}`;
  up = await startUpProcess(folder, [
    ...["--planner", "keywords", "--workers", "1", "--agent", slow, "--dangerously-no-sandbox"],
  ]);
  tess = new Octokit({ baseUrl: up.ready.apiUrl, auth: token, log: silent });
  await up.octokit.repos.addCollaborator({ ...place(), username: "tess", permission: "triage" });
});

afterAll(async () => {
  second?.kill("SIGTERM");
  await second;
  await up?.stop();
  await Promise.all([folder, programs].map(removeFolder));
});

describe("a plan that runs is steered", { timeout: 240_000 }, () => {
  it("from the thread, from the terminal and by labels", async () => {
    const { plan, first, last } = await approvedAndPaused();
    await until("the worker", async () => (await agents()).workers.some(({ connected }) => connected));
    expect(await steer("priority", `${plan}/${last}`, "high")).toMatchObject({ done: true, plan, task: last });
    expect((await agents()).running).toEqual([]);
    expect(await issues(plan)).toEqual([]);

    await steer("resume", `${plan}`);
    const [running] = await until("a task that runs", async () => {
      const found = (await agents()).running;
      return found.length > 0 && found;
    });
    expect(running?.key).toBe(last);
    const urgent = await issueOf(plan, last);
    expect(urgent.labels).toContain("priority:high");

    const waiting = await issueOf(plan, first);
    await tess.issues.addLabels({ ...place(), issue_number: waiting.number, labels: ["coppice:paused"] });
    await until(
      "the label to be put back",
      async () => !(await issueOf(plan, first)).labels.includes("coppice:paused"),
    );
    await up.octokit.issues.addLabels({ ...place(), issue_number: waiting.number, labels: ["coppice:paused"] });
    await until("the pause by a label", async () => (await steering(plan))?.[first]?.paused?.by === up.ready.owner);

    await until("what is to be kept", () => halfDone(urgent.number));
    const whole = await coppice(["stop", `${plan}`], { folder });
    expect(whole).toMatchObject({
      exitCode: 2,
      stderr: `coppice: #${plan} is a plan; name a task of it, for example ${plan}/${first}`,
    });
    const stopped = await steer("stop", `${urgent.number}`);
    expect(stopped.steering.tasks[last]).toMatchObject({ paused: {}, stopped: { epoch: 1 } });
    await until("the work to be kept", () => trashOf(urgent.number));

    second = startWorker(`command:${join(programs, "quick")}`);
    await until("the other worker", async () => (await agents()).workers.length === 2);
    await steer("retry", `${plan}/${last}`, "--agent", `command:${join(programs, "quick")}`);
    const pull = await until("its pull request", async () => {
      const { data } = await up.octokit.pulls.list(place());
      return data.find(({ head }) => head.ref.startsWith(`coppice/${urgent.number}-`));
    });
    const { data: changed } = await up.octokit.pulls.listFiles({ ...place(), pull_number: pull.number });
    expect(changed.map(({ filename }) => filename)).toEqual(["done.txt"]);
  });
});

/** Three tasks that wait for nothing, approved and paused in one breath. */
async function approvedAndPaused() {
  const { data } = await up.octokit.issues.create({ ...place(), title: "Three things" });
  const say = (body: string) => up.octokit.issues.createComment({ ...place(), issue_number: data.number, body });
  await say("/plan Three things");
  await until("a plan", async () => (await planComment(data.number)).includes("revision=1;"));
  const tasks = ["One", "Two", "Three"].map((title) => `  - title: ${title}\n    description: ${title}`);
  await say(`/edit\n\`\`\`yaml\ngoal: Three things\ntasks:\n${tasks.join("\n")}\n\`\`\``);
  await until("the three tasks", async () => (await planComment(data.number)).includes("revision=2;"));
  await say("/approve r2\n/pause");
  const shown = await until("the pause", async () => {
    const comment = await planComment(data.number);
    return comment.includes("**Paused** by") && comment;
  });
  const keys = [...shown.matchAll(/^\| \*\*(T\d+)\*\* \|/gm)].map(([, key]) => key ?? "");
  return { plan: data.number, first: keys.at(0) ?? "", last: keys.at(-1) ?? "" };
}

async function steer(...words: string[]) {
  const { stdout, stderr, exitCode } = await coppice([...words, "--json"], { folder });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return JSON.parse(String(stdout));
}

/** What people decided, by task, as the ledger has it. */
async function steering(plan: number): Promise<Record<string, { paused?: { by: string } }> | undefined> {
  const { stdout } = await coppice(["status", `${plan}`, "--json"], { folder });
  return JSON.parse(String(stdout)).plans[0].steering.tasks;
}

interface Agents {
  readonly workers: readonly { readonly id: string; readonly connected: boolean }[];
  readonly running: readonly { readonly key: string }[];
}

async function agents(): Promise<Agents> {
  return JSON.parse(String((await coppice(["agents", "--json"], { folder })).stdout));
}

async function issues(plan: number) {
  const { data } = await up.octokit.issues.listSubIssues({ ...place(), issue_number: plan });
  return data.map(({ number, title, labels }) => ({
    number,
    title,
    labels: labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
  }));
}

async function issueOf(plan: number, key: string) {
  const { data: comments } = await up.octokit.issues.listComments({ ...place(), issue_number: plan });
  const row = comments.flatMap(({ body = "" }) => body.split("\n")).find((line) => line.startsWith(`| **${key}** |`));
  const title =
    row
      ?.split("|")[2]
      ?.replace(/\(.*\)/, "")
      .trim() ?? "";
  const found = (await issues(plan)).find((issue) => issue.title.endsWith(title));
  if (found === undefined) throw new Error(`${key} has no issue`);
  return found;
}

async function planComment(plan: number): Promise<string> {
  const { data } = await up.octokit.issues.listComments({ ...place(), issue_number: plan });
  return data.map(({ body }) => body ?? "").find((body) => body.includes("revision=")) ?? "";
}

/** Whether the agent has written what a stop must not lose: its worktree lies in the worker's data. */
async function halfDone(issue: number): Promise<boolean> {
  const found = await execa("find", [join(folder, ".git/coppice"), "-name", "half.txt"], { reject: false });
  return issue > 0 && found.stdout !== "";
}

async function trashOf(issue: number): Promise<boolean> {
  const { gitUrl, owner, repo, token } = up.ready;
  const url = `${gitUrl}/${owner}/${repo}.git`.replace("://", `://x-access-token:${token}@`);
  return (await git(folder, "ls-remote", url, `refs/coppice/trash/${issue}-*`)) !== "";
}

function startWorker(agent: string): ResultPromise {
  const words = ["run", "--agent", agent, "--max-agents", "1", "--dangerously-no-sandbox"];
  return execa(process.execPath, [main, ...words], {
    ...{ cwd: folder, env: childEnvironment(folder), extendEnv: false, reject: false, stdin: "ignore" },
  });
}

async function program(name: string, text: string): Promise<void> {
  const file = join(programs, name);
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}

/** Somebody more is known to the forge before it starts. */
async function enter(login: string): Promise<string> {
  const forge = await startForge({ data: join(folder, ".git/coppice/forge") });
  forge.admin.ensureUser({ login });
  const token = forge.admin.createToken(login);
  await forge.stop();
  return token;
}

function place(): { owner: string; repo: string } {
  return { owner: up.ready.owner, repo: up.ready.repo };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
