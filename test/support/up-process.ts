import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Octokit } from "@octokit/rest";
import { execa, type ResultPromise } from "execa";
import { z } from "zod";

const main = join(import.meta.dirname, "../../dist/src/cli/main.js");

const readyLine = z.object({
  url: z.url(),
  apiUrl: z.url(),
  gitUrl: z.url(),
  owner: z.string(),
  repo: z.string(),
  token: z.string(),
  webhookSecret: z.string(),
});

export type Ready = z.infer<typeof readyLine>;

/** A running `coppice up`, as a stranger's script sees it. */
export interface UpProcess {
  readonly ready: Ready;
  readonly octokit: Octokit;
  readonly child: ResultPromise;
  /** Ends it as a person would, and waits. */
  stop(): Promise<void>;
  /** kill -9 of the whole process group. */
  kill(): Promise<void>;
}

/** What every child of a test gets, and nothing else: no model key, no home of a person. */
export function childEnvironment(home: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: home,
    LANG: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    ANTHROPIC_API_KEY: "",
    ANTHROPIC_BASE_URL: "",
    NO_COLOR: "1",
    ...more,
  };
}

/** Runs `coppice …` to its end and gives what it said. */
export async function coppice(
  words: readonly string[],
  options: { folder: string; environment?: Record<string, string> },
) {
  return execa(process.execPath, [main, ...words], {
    cwd: options.folder,
    env: childEnvironment(options.folder, options.environment),
    extendEnv: false,
    reject: false,
    timeout: 220_000,
  });
}

/** Starts `coppice up --json …` in `folder` and waits for its one line. Throws what it wrote when it ends instead. */
export async function startUpProcess(
  folder: string,
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<UpProcess> {
  const child = execa(process.execPath, [main, "up", "--json", ...words], {
    cwd: folder,
    env: childEnvironment(folder, environment),
    extendEnv: false,
    reject: false,
    detached: true,
    stdin: "ignore",
    buffer: { stdout: false },
  });
  const ready = await firstLine(child);
  const octokit = new Octokit({ baseUrl: ready.apiUrl, auth: ready.token, log: silent });
  return { ready, octokit, child, stop: () => end(child, "SIGTERM"), kill: () => end(child, "SIGKILL") };
}

/** A small git repository with one commit; its folder is the caller's to remove. */
export async function makeRepository(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "coppice-test-"));
  for (const [path, text] of Object.entries(files)) {
    await execa("mkdir", ["-p", join(folder, path, "..")]);
    await writeFile(join(folder, path), text);
  }
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message=Start");
  return folder;
}

/** Plain git as a person would run it, with an identity. */
export async function git(folder: string, ...words: string[]): Promise<string> {
  const identity = ["-c", "user.name=Person", "-c", "user.email=person@example.invalid"];
  const result = await execa("git", ["-C", folder, ...identity, ...words], {
    env: childEnvironment(folder),
    extendEnv: false,
    timeout: 60_000,
  });
  return result.stdout;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Asks again until `look` gives something; fails with `what` after `seconds`. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, seconds = 90): Promise<T> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`after ${seconds} s still waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function firstLine(child: ResultPromise): Promise<Ready> {
  if (!child.stdout) throw new Error("the child has no standard output");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    child.stdout.resume();
    return readyLine.parse(JSON.parse(line));
  }
  const result = await child;
  throw new Error(`coppice up ended with ${result.exitCode}: ${String(result.stderr)}`);
}

async function end(child: ResultPromise, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.pid === undefined) return;
  try {
    process.kill(signal === "SIGKILL" ? -child.pid : child.pid, signal);
  } catch {
    // It has ended already.
  }
  await child;
}
