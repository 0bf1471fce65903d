import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
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

const config = "verify: test -f README.md\nattempts: 1\n";
/** Does what it is told, but for one task. */
const agent = 'command:test "$COPPICE_TASK_TITLE" != Fail && echo "$COPPICE_TASK_TITLE" > "$COPPICE_ISSUE.txt"';
const working = ["--agent", agent, "--dangerously-no-sandbox", "--timeout", "200"];
const goal = "Greet people by name";

let folder: string;
let up: UpProcess;
/** The token of somebody without any permission. */
let stranger: string;
const folders: string[] = [];

beforeAll(async () => {
  folder = await repository();
  stranger = await makeStranger();
  up = await startUpProcess(folder, ["--planner", "keywords", "--merge", "auto", "--workers", "0"]);
});

afterAll(async () => {
  await up?.stop();
  await Promise.all(folders.map(removeFolder));
});

async function repository(): Promise<string> {
  const made = await makeRepository({ "README.md": "# Sample\n", ".github/coppice.yml": config });
  folders.push(made);
  return made;
}

/** Runs it beside the `up`, without a terminal. */
async function run(...words: string[]) {
  const { stdout, stderr, exitCode } = await coppice(words, { folder });
  return { out: String(stdout), error: String(stderr), exitCode };
}

async function json(...words: string[]) {
  const { out, error, exitCode } = await run(...words, "--json");
  expect(error).toBe("");
  expect(out.split("\n")).toHaveLength(1);
  return { value: JSON.parse(out), exitCode };
}

describe("the commands beside a running up", { timeout: 240_000 }, () => {
  it("go from a goal to merged work without a terminal, each step one line of JSON", async () => {
    const planned = await json("plan", goal);
    expect(planned.value).toMatchObject({ revision: 1, goal, status: { kind: "draft" }, amended: false });
    const { issue, hash, tasks } = planned.value;
    const listed = await json("plan-list");
    expect(listed.value.plans).toContainEqual(expect.objectContaining({ issue, hash, tasks: tasks.length }));

    const unsure = await run("execute-plan", `${issue}`);
    expect(unsure).toEqual({
      out: "",
      error: "coppice: there is no terminal to ask on; --yes approves what is there",
      exitCode: 2,
    });
    const approved = await json("execute-plan", `${issue}`, "--yes", "--no-follow");
    expect(approved.value.status).toMatchObject({ kind: "approved", approval: { revision: 1, hash } });

    const [worked, followed] = await Promise.all([
      json("run", "--until-idle", "--max-agents", "2", ...working),
      json("execute-plan", `${issue}`, "--timeout", "200"),
    ]);
    expect(worked).toMatchObject({ exitCode: 0, value: { kind: "idle", waiting: 0, failed: 0 } });
    expect(followed).toMatchObject({ exitCode: 0, value: { ended: "done", status: { kind: "done" } } });
    expect(followed.value.tasks.map(({ state }: { state: string }) => state)).toEqual(tasks.map(() => "done"));
    const place = `${up.ready.gitUrl}/${up.ready.owner}/${up.ready.repo}.git`;
    const clone = await mkdtemp(join(tmpdir(), "coppice-clone-"));
    folders.push(clone);
    const url = place.replace("://", `://x-access-token:${up.ready.token}@`);
    await git(clone, "clone", "--quiet", url, "merged");
    const files = (await git(join(clone, "merged"), "ls-files")).split("\n");
    expect(files.filter((file) => /^\d+\.txt$/.test(file))).toHaveLength(tasks.length);

    const last = followed.value.tasks.at(-1);
    const shown = await run("task", `${last.issue}`);
    expect(shown.out).toContain(`${last.key} ${last.title}`);
    expect(shown.out).toMatch(/State +done\n/);
    expect((await json("task", `${issue}/${last.key}`)).value).toMatchObject({ plan: issue, state: "done" });
    expect((await run("status", `${issue}`)).out).toMatch(/: done, (\d+) of \1 tasks done/);
    expect((await run("execute-plan", `${issue}`)).exitCode).toBe(0);
  });

  it("put a task straight into the queue, and say by their exit code that it failed", async () => {
    const submitted = await run("submit", "Fail", "--priority", "high", "--agent", "docs-writer");
    expect(submitted.error).toBe("");
    expect(submitted.out).toMatch(/approved by local[\s\S]*T1 +Fail +docs-writer +high\n/);
    const issue = /Opened #(\d+)/.exec(submitted.out)?.[1] ?? "";
    const worked = await run("run", "--until-idle", ...working);
    expect(worked.out).toMatch(/T1 failed: #\d+ Fail[\s\S]*Nothing is left but 1 task that failed/);
    expect(worked.exitCode).toBe(1);
    expect((await run("status")).out).toMatch(/T1 +Fail +failed +#\d+ +the agent failed/);
    const followed = await run("execute-plan", issue);
    expect(followed.out).toContain("does not go on: 0 of 1 task done, what is left has failed");
    expect(followed.exitCode).toBe(1);
    await up.octokit.issues.createComment({ ...place(), issue_number: Number(issue), body: "/cancel" });
    const cancelled = await json("submit", "--decompose", goal);
    expect(cancelled.value).toMatchObject({ status: { kind: "approved" }, goal });
    expect(cancelled.value.tasks.length).toBeGreaterThan(1);
  });

  it("reach the same plans as GitHub's API shows them, without the hub", async () => {
    const planned = await json("plan", goal);
    const environment = { GITHUB_API_URL: up.ready.apiUrl, GITHUB_TOKEN: up.ready.token };
    const elsewhere = await mkdtemp(join(tmpdir(), "coppice-elsewhere-"));
    folders.push(elsewhere);
    const there = ["--repository", `${up.ready.owner}/${up.ready.repo}`, "--json"];
    const listed = await coppice(["plan-list", ...there], { folder: elsewhere, environment });
    expect(JSON.parse(String(listed.stdout)).plans).toContainEqual(
      expect.objectContaining({ issue: planned.value.issue, hash: planned.value.hash }),
    );
    const words = ["execute-plan", `${planned.value.issue}`, "--yes", "--no-follow", ...there];
    const approved = await coppice(words, { folder: elsewhere, environment });
    expect(JSON.parse(String(approved.stdout)).status.kind).toBe("approved");
  });
});

describe("wrong input is answered in one clear line and changes nothing", () => {
  it.each<[string, string[], RegExp]>([
    ["a plan that is not there", ["plan-continue", "9999"], /there is no plan #9999 in local\/\S+ \(coppice up\)/],
    ["a task that is not there", ["task", "9999"], /#9999 is no task of a plan in local\//],
    ["an order nobody knows", ["priority", "1/T1", "urgent"], /It must be one of high, normal, low/],
    ["a number that is none", ["execute-plan", "twelve"], /It must be an issue's number, such as 12/],
    ["a goal that says nothing", ["plan", "  "], /It must not be empty/],
    ["a priority nobody knows", ["submit", "x", "--priority", "huge"], /Allowed choices are high, normal, low/],
    ["a folder that is not there", ["status", "--repo", "nowhere"], /nowhere is not a folder/],
    ["a worker that has no agent", ["run"], /nobody works: pass --agent command:<shell line>/],
  ])("%s", async (_, words, line) => {
    const { out, error, exitCode } = await run(...words);
    expect(error).toMatch(line);
    expect(error.split("\n")).toHaveLength(1);
    expect([out, exitCode]).toEqual(["", 2]);
  });

  // At the same time: a network that is down is tried for seconds.
  it.concurrent.each<[string, Record<string, string>, number, RegExp]>([
    ["no token", {}, 2, /GITHUB_TOKEN is not set/],
    ["a wrong token", { GITHUB_TOKEN: "wrong" }, 2, /does not accept this token/],
    ["an address that is none", { GITHUB_TOKEN: "x", GITHUB_API_URL: "nowhere" }, 2, /which is no address/],
    [
      "a network that is down",
      { GITHUB_TOKEN: "x", GITHUB_API_URL: "http://127.0.0.1:9" },
      1,
      /cannot be reached: no answer/,
    ],
  ])("%s", async (_, given, code, line) => {
    const environment = { GITHUB_API_URL: up.ready.apiUrl, ...given };
    const answer = await coppice(["plan-list", "--repository", "local/sample"], { folder, environment });
    expect(answer.stderr).toMatch(line);
    expect([answer.stdout, answer.exitCode]).toEqual(["", code]);
  });
});

describe("where no up runs", { timeout: 240_000 }, () => {
  it("says so, and that one was killed, also to those who follow a plan there", async () => {
    const alone = await repository();
    const nothing = await coppice(["plan-list"], { folder: alone });
    expect(nothing.stderr).toMatch(
      /^coppice: no coppice up runs for \S+, and GITHUB_TOKEN is not set; start coppice up there/,
    );
    expect(nothing.exitCode).toBe(2);
    const killed = await startUpProcess(alone, ["--planner", "keywords", "--workers", "0"]);
    const submitted = await coppice(["submit", "Wait", "--json"], { folder: alone });
    const { ended } = await follow(alone, JSON.parse(String(submitted.stdout)).issue);
    await killed.kill();
    const left = await ended;
    expect(left.stderr).toMatch(/^coppice: local\/\S+ \(coppice up\) cannot be reached: no answer/);
    expect(left.exitCode).toBe(1);
    const stale = await coppice(["plan-list"], { folder: alone });
    expect(stale.stderr).toMatch(/^coppice: the coppice up that ran for \S+ was killed/);
    const worker = await coppice(["run", ...working], { folder: alone });
    expect(worker.stderr).toMatch(/^coppice: the coppice up that ran for \S+ was killed; start coppice up there/);
    expect([nothing.exitCode, stale.exitCode, worker.exitCode]).toEqual([2, 2, 2]);
  });

  it("names the remote it would have asked", async () => {
    const alone = await repository();
    const environment = { GITHUB_TOKEN: "x" };
    const none = await coppice(["status"], { folder: alone, environment });
    expect(none.stderr).toMatch(/has no remote called origin; name the repository with --repository owner\/name/);
    await git(alone, "remote", "add", "origin", "https://elsewhere.test/octo/sample.git");
    const other = await coppice(["status"], { folder: alone, environment });
    expect(other.stderr).toMatch(/the remote origin of \S+ is not on github\.com/);
  });
});

describe("somebody with a token of their own", () => {
  it("who may not write is told that Coppice does not listen to them, and nothing is planned", async () => {
    const words = ["--repository", `${up.ready.owner}/${up.ready.repo}`, "--json"];
    const environment = { GITHUB_API_URL: up.ready.apiUrl, GITHUB_TOKEN: stranger };
    const refused = await coppice(["plan", goal, ...words], { folder, environment });
    const reason = "Not done: Coppice takes this command only from people who may write in the repository.";
    const { issue, ...answer } = JSON.parse(String(refused.stdout));
    expect(answer).toMatchObject({ planned: false, reason });
    expect(refused.exitCode).toBe(1);
    const plans = (await json("plan-list")).value.plans;
    expect(plans.map((plan: { issue: number }) => plan.issue)).not.toContain(issue);
  });

  it("waits no longer than they said where no app is", async () => {
    const environment = { GITHUB_API_URL: up.ready.apiUrl, GITHUB_TOKEN: stranger };
    const words = ["plan", goal, "--repository", "stranger/quiet", "--timeout", "1"];
    const unheard = await coppice(words, { folder, environment });
    expect(unheard.stderr).toMatch(
      /no answer within 1 s; is Coppice at work on stranger\/quiet .*\? Your comment stays: http/,
    );
    expect([unheard.stdout, unheard.exitCode]).toEqual([expect.stringMatching(/Opened #1: .*\nPlanning …/), 1]);
  });
});

/** Begins to follow a plan; resolves when it does, and what is given when it ends. */
async function follow(place: string, issue: number) {
  const child = execa(process.execPath, [main, "execute-plan", `${issue}`], {
    cwd: place,
    env: childEnvironment(place),
    extendEnv: false,
    reject: false,
    timeout: 200_000,
  });
  let said = "";
  child.stdout.on("data", (piece) => {
    said += String(piece);
  });
  await until("it to follow", async () => said.includes("T1 queued"));
  return { ended: child };
}

/** An account without any permission here and with a repository of its own, made before anything runs. */
async function makeStranger(): Promise<string> {
  const forge = await startForge({ data: join(folder, ".git/coppice/forge") });
  forge.admin.ensureUser({ login: "stranger" });
  await forge.admin.createRepository({ owner: "stranger", name: "quiet" });
  const token = forge.admin.createToken("stranger");
  await forge.stop();
  return token;
}

function place(): { owner: string; repo: string } {
  return { owner: up.ready.owner, repo: up.ready.repo };
}
