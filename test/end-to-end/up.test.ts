import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sign } from "@octokit/webhooks-methods";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { git, makeRepository, removeFolder, startUpProcess, type UpProcess, until } from "../support/up-process.ts";

/** A worker's whole job in one shell line: a file named after the task's issue. */
const writesAFile = 'command:mkdir -p work && echo "$COPPICE_TASK_TITLE" > "work/$COPPICE_ISSUE.txt"';
const words = [
  "--workers",
  "2",
  "--planner",
  "keywords",
  "--agent",
  writesAFile,
  "--merge",
  "auto",
  "--dangerously-no-sandbox",
];

/** Verifying is what makes auto merging possible: without checks it would become manual. */
const files = { "README.md": "# Sample\n", ".github/coppice.yml": "verify: test -f README.md\n" };

/** Two parts side by side between design and tests: the shortest plan that has all of it. */
const goal = "Add login and a settings page";
const folders: string[] = [];
let folder: string;
/** All share it; one kills it and starts it again. */
let up: UpProcess;

beforeAll(async () => {
  folder = await repository();
  up = await start();
});

afterAll(async () => {
  await up?.stop();
  await Promise.all(folders.map(removeFolder));
});

describe("coppice up, driven by plain Octokit", { timeout: 240_000 }, () => {
  it("takes issues to closed sub-issues and their work on main, and keeps plans in two issues and in two repositories apart", async () => {
    const second = await createAndPush(up, "second");
    const places = [
      { repo: up.ready.repo, issue: await openIssue(up, up.ready.repo), first: `/plan ${goal}` },
      { repo: up.ready.repo, issue: await openIssue(up, up.ready.repo), first: "/submit Greet people by name" },
      { repo: second, issue: await openIssue(up, second), first: "/submit Greet people by name" },
    ];
    await Promise.all(places.map(({ repo, issue, first }) => command(up, repo, issue, first)));
    await approve(up, up.ready.repo, places[0]?.issue ?? 0);
    const plans = await Promise.all(places.map(({ repo, issue }) => finished(up, repo, issue)));
    const [planned = [], submitted = [], elsewhere = []] = plans;
    expect(planned.length).toBeGreaterThanOrEqual(4);
    expect(submitted.length).toBeGreaterThan(0);
    expect(elsewhere).toHaveLength(submitted.length);
    for (const task of plans.flat()) expect(task).toMatchObject({ state: "closed", state_reason: "completed" });
    const numbers = [...planned, ...submitted].map((task) => task.number);
    expect(new Set(numbers).size).toBe(numbers.length);
    const files = (tasks: readonly { number: number }[]) => tasks.map(({ number }) => `work/${number}.txt`).sort();
    expect(await merged(up, up.ready.repo, "work")).toEqual(files([...planned, ...submitted]));
    expect(await merged(up, second, "work")).toEqual(files(elsewhere));
    expect(await merged(up, up.ready.repo, ".coppice")).toEqual([]);
  });

  it("does nothing on a quoted command, and obeys a doubled webhook once", async () => {
    const issue = await openIssue(up, up.ready.repo);
    await command(up, up.ready.repo, issue, `/plan ${goal}`);
    await planComment(up, up.ready.repo, issue);
    await command(up, up.ready.repo, issue, "> /approve r1\n\nWhat would that do?");
    await command(up, up.ready.repo, issue, "/add Write the changelog");
    const shown = await until("revision 2", async () => {
      const comment = await planComment(up, up.ready.repo, issue);
      return comment.includes("r2") && comment;
    });
    expect(shown).toContain("Write the changelog");
    await deliverAgain(up, issue);
    await command(up, up.ready.repo, issue, "/add Name the release");
    const after = await until("revision 3", async () => {
      const comment = await planComment(up, up.ready.repo, issue);
      return comment.includes("r3") && comment;
    });
    expect(after.match(/Write the changelog/g)?.length).toBe(shown.match(/Write the changelog/g)?.length);
    expect(await subIssues(up, up.ready.repo, issue)).toHaveLength(0);
  });

  it("finishes the plan it was in after kill -9", async () => {
    const earlier = (await allPulls(up)).length;
    const fresh = async () => (await allPulls(up)).slice(earlier);
    const issue = await openIssue(up, up.ready.repo);
    await command(up, up.ready.repo, issue, `/plan ${goal}`);
    await approve(up, up.ready.repo, issue);
    await until("a first merged pull request", async () => (await fresh()).some(({ merged_at }) => merged_at !== null));
    await up.kill();
    up = await start();
    const tasks = await finished(up, up.ready.repo, issue);
    const pulls = await fresh();
    expect(pulls).toHaveLength(tasks.length);
    expect(new Set(pulls.map((pull) => pull.head.ref)).size).toBe(tasks.length);
    const titles = tasks.map((task) => task.title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

async function repository(): Promise<string> {
  const folder = await makeRepository(files);
  folders.push(folder);
  return folder;
}

function start(): Promise<UpProcess> {
  return startUpProcess(folder, ["--port", "0", ...words]);
}

function at(up: UpProcess, repo: string): { owner: string; repo: string } {
  return { owner: up.ready.owner, repo };
}

async function openIssue(up: UpProcess, repo: string): Promise<number> {
  const issue = await up.octokit.issues.create({ ...at(up, repo), title: "An API", body: "We need one." });
  return issue.data.number;
}

async function command(up: UpProcess, repo: string, issue: number, body: string): Promise<void> {
  await up.octokit.issues.createComment({ ...at(up, repo), issue_number: issue, body });
}

/** The plan comment's text, once there is one. */
async function planComment(up: UpProcess, repo: string, issue: number): Promise<string> {
  return until("the plan comment", async () => {
    const comments = await up.octokit.issues.listComments({ ...at(up, repo), issue_number: issue });
    return comments.data.find((comment) => comment.user?.type === "Bot" && comment.body?.includes("mermaid"))?.body;
  });
}

async function approve(up: UpProcess, repo: string, issue: number): Promise<void> {
  await planComment(up, repo, issue);
  await command(up, repo, issue, "/approve r1");
}

async function subIssues(up: UpProcess, repo: string, issue: number) {
  const answer = await up.octokit.issues.listSubIssues({ ...at(up, repo), issue_number: issue, per_page: 100 });
  return answer.data;
}

/** The sub-issues once the plan's own issue is closed. */
async function finished(up: UpProcess, repo: string, issue: number) {
  await until(
    `issue ${repo}#${issue} closed`,
    async () => (await up.octokit.issues.get({ ...at(up, repo), issue_number: issue })).data.state === "closed",
    220,
  );
  return subIssues(up, repo, issue);
}

/** The oldest first. */
function allPulls(up: UpProcess) {
  const { list } = up.octokit.pulls;
  return up.octokit.paginate(list, { ...at(up, up.ready.repo), state: "all", direction: "asc", per_page: 100 });
}

/** The files below `folder` on the repository's default branch, sorted. */
async function merged(up: UpProcess, repo: string, folder: string): Promise<readonly string[]> {
  const clone = await mkdtemp(join(tmpdir(), "coppice-clone-"));
  folders.push(clone);
  await git(clone, "clone", "--quiet", "--bare", authenticated(up, repo), ".");
  const names = await git(clone, "ls-tree", "-r", "--name-only", "HEAD", "--", folder);
  return names.split("\n").filter(Boolean).sort();
}

function authenticated(up: UpProcess, repo: string): string {
  const url = new URL(`${up.ready.url}/${up.ready.owner}/${repo}.git`);
  url.username = "x-access-token";
  url.password = up.ready.token;
  return url.href;
}

async function createAndPush(up: UpProcess, name: string): Promise<string> {
  await up.octokit.repos.createForAuthenticatedUser({ name });
  const folder = await repository();
  await git(folder, "push", "--quiet", authenticated(up, name), "main");
  return name;
}

/** The webhook of the newest command again: twice as the same delivery, once as another. */
async function deliverAgain(up: UpProcess, issue: number): Promise<void> {
  const place = at(up, up.ready.repo);
  const comments = await up.octokit.issues.listComments({ ...place, issue_number: issue, per_page: 100 });
  const comment = comments.data.filter(({ body }) => body?.startsWith("/add")).at(-1);
  const payload = JSON.stringify({
    action: "created",
    issue: (await up.octokit.issues.get({ ...place, issue_number: issue })).data,
    comment,
    repository: (await up.octokit.repos.get(place)).data,
    sender: comment?.user,
    installation: { id: 1 },
  });
  const again = randomUUID();
  for (const delivery of [again, again, randomUUID()]) {
    const answer = await fetch(`${up.ready.url}/api/github/webhooks`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-github-event": "issue_comment",
        "x-github-delivery": delivery,
        "x-hub-signature-256": await sign(up.ready.webhookSecret, payload),
      },
      body: payload,
    });
    expect(answer.status).toBe(202);
  }
}
