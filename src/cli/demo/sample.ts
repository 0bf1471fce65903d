import { cp, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** git as the demo's person: no configuration of the machine, an identity of its own. */
const environment = {
  PATH: process.env.PATH ?? "",
  LANG: "C.UTF-8",
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: process.platform === "win32" ? "NUL" : "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "You",
  GIT_AUTHOR_EMAIL: "you@example.invalid",
  GIT_COMMITTER_NAME: "You",
  GIT_COMMITTER_EMAIL: "you@example.invalid",
};

/** Copies the sample project into a fresh temporary folder and commits it on `main`. */
export async function makeSample(project: string): Promise<{ folder: string; repository: string }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "coppice-demo-")));
  const repository = join(folder, "measure");
  await cp(project, repository, { recursive: true });
  await git(repository, "init", "--quiet", "--initial-branch=main");
  await git(repository, "add", "--all");
  await git(repository, "commit", "--quiet", "--message=Convert lengths");
  return { folder, repository };
}

export interface SampleTests {
  readonly passed: number;
  readonly failed: number;
}

/** Brings what was merged into the sample, as a person would with git pull. */
export async function pullMerged(repository: string, remote: string): Promise<void> {
  await git(repository, "pull", "--quiet", "--ff-only", remote, "main");
}

/** Runs the sample's own tests as they are on disk. */
export async function runSampleTests(repository: string): Promise<SampleTests> {
  const result = await execa(process.execPath, ["--test", "--test-reporter=tap"], {
    cwd: repository,
    env: { PATH: environment.PATH, LANG: environment.LANG },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
    stdin: "ignore",
  });
  const count = (word: string) => Number(new RegExp(`^# ${word} (\\d+)$`, "m").exec(result.stdout)?.[1] ?? Number.NaN);
  return { passed: count("pass"), failed: count("fail") };
}

async function git(folder: string, ...words: readonly string[]): Promise<string> {
  const result = await execa("git", ["-C", folder, ...words], { env: environment, extendEnv: false, timeout: 60_000 });
  return result.stdout;
}
