import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { lookAtUp } from "../../../src/cli/up/dry-run.ts";
import { inspectRepository } from "../../../src/cli/up/preflight.ts";
import { startUp } from "../../../src/cli/up/start.ts";
import { layAppKey } from "../../support/app-key.ts";

async function newRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "coppice-up-dry-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const git = (...args: string[]) => execa("git", args, { cwd: folder });
  await git("init", "-q", "-b", "main");
  await git("-c", "user.name=A", "-c", "user.email=a@example.test", "commit", "-q", "--allow-empty", "-m", "Begin");
  return folder;
}

/** Every file with its size and when it was changed. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true });
  const told = entries.sort().map(async (name) => {
    const { size, mtimeMs } = await stat(join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  });
  return Promise.all(told);
}

test("a dry run of `up` makes no data folder, and leaves the one that is there as it is", async () => {
  const repo = await newRepository();
  const signal = AbortSignal.timeout(60_000);
  const repository = await inspectRepository(repo);
  const data = join(repository.gitFolder, "coppice");
  expect(await lookAtUp({ repo }, signal)).toEqual({ repositories: [], problems: [] });
  await expect(stat(data)).rejects.toThrow("ENOENT");

  await layAppKey(join(data, "forge"));
  const models = { model: "none" };
  const settings = { port: 0, workers: 0, planner: "keywords", sandbox: "none", network: false, limits: {} } as const;
  const up = await startUp({ ...settings, repository, dataFolder: data, models });
  const { apiUrl: baseUrl, owner, repo: name, token: auth } = up.ready;
  const octokit = new Octokit({ auth, baseUrl });
  const { data: issue } = await octokit.issues.create({ owner, repo: name, title: "Say hello" });
  const thread = { owner, repo: name, issue_number: issue.number };
  await octokit.issues.createComment({ ...thread, body: "/plan Add a greeting" });
  await up.app.reconcileNow();
  await up.stop();

  const before = await filesOf(data);
  const { repositories, problems } = await lookAtUp({ repo }, signal);
  expect(problems).toEqual([]);
  expect(repositories).toMatchObject([
    { repository: `${owner}/${name}`, plans: [{ plan: issue.number, status: "draft" }], unread: [] },
  ]);
  expect(await filesOf(data)).toEqual(before);
});
