import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { execa } from "execa";
import githubAppJwt from "universal-github-app-jwt";
import { z } from "zod";
import type { AppCredentials } from "../../src/forge/admin/apps.ts";
import { type Forge, startForge } from "../../src/forge/index.ts";
import { layAppKey } from "../support/app-key.ts";
import { validateOctokit } from "../support/openapi.ts";

/** A webhook as it arrived. */
export interface Received {
  readonly event: string;
  readonly delivery: string;
  readonly signature: string;
  readonly text: string;
  readonly payload: Record<string, unknown>;
}

/** A real receiver of webhooks on loopback. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What it answers from now on. */
  status: number;
  /** While true it answers nothing at all. */
  hold: boolean;
  close(): Promise<void>;
}

export interface World {
  readonly data: string;
  readonly forge: Forge;
  readonly receiver: Receiver;
  readonly app: AppCredentials;
  readonly installationId: number;
  /** Personal token of `ada`, who owns everything. */
  readonly token: string;
  readonly ada: Octokit;
  readonly log: string[];
  close(): Promise<void>;
}

export const secret = "a webhook secret";

export const allEvents = [
  "push",
  "create",
  "delete",
  "issues",
  "issue_comment",
  "label",
  "sub_issues",
  "issue_dependencies",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "check_run",
  "check_suite",
  "repository",
  "workflow_run",
];

/** A started forge with the user `ada`, the app `coppice` installed on all of hers, and a receiver of its webhooks. */
export async function startWorld(permissions: Record<string, "read" | "write"> = writeAll): Promise<World> {
  const data = await mkdtemp(join(tmpdir(), "forge-"));
  const receiver = await startReceiver();
  const log: string[] = [];
  await layAppKey(data);
  const forge = await startForge({ data, log: (line) => log.push(line) });
  forge.admin.ensureUser({ login: "ada" });
  const webhook = { url: receiver.url, secret };
  const app = await forge.admin.ensureApp({
    slug: "coppice",
    name: "Coppice",
    permissions,
    events: allEvents,
    webhook,
  });
  const { id } = forge.admin.install("coppice", "ada", "all");
  const token = forge.admin.createToken("ada");
  const close = async () => {
    await forge.stop();
    await receiver.close();
    await rm(data, { recursive: true, force: true });
  };
  return { data, forge, receiver, app, installationId: id, token, ada: octokit(forge, token), log, close };
}

const writeAll = { contents: "write", issues: "write", pull_requests: "write", checks: "write" } as const;

/** An Octokit that holds every answer against GitHub's description, and is quiet about the refusals that tests provoke. */
export function octokit(forge: Pick<Forge, "apiUrl">, auth?: string): Octokit {
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return validateOctokit(new Octokit({ baseUrl: forge.apiUrl, auth, log }));
}

/** A JWT of the app. */
export async function appToken(app: AppCredentials): Promise<string> {
  return (await githubAppJwt({ id: app.id, privateKey: app.privateKey })).token;
}

/** An Octokit of the installation, narrowed as asked. */
export async function installed(
  world: World,
  narrowed: { repositories?: string[]; permissions?: Record<string, "read" | "write"> } = {},
): Promise<{ octokit: Octokit; token: string }> {
  const jwt = octokit(world.forge, await appToken(world.app));
  const { data } = await jwt.apps.createInstallationAccessToken({ installation_id: world.installationId, ...narrowed });
  return { octokit: octokit(world.forge, data.token), token: data.token };
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const header = (name: string) => String(request.headers[name] ?? "");
      received.push({
        event: header("x-github-event"),
        delivery: header("x-github-delivery"),
        signature: header("x-hub-signature-256"),
        text,
        payload: JSON.parse(text),
      });
      if (!receiver.hold) response.writeHead(receiver.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    status: 200,
    hold: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/** The status and message with which a request was refused; fails when it was not. */
export async function refusal(request: Promise<unknown>): Promise<{ status: number; message: string }> {
  const error = await request.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof Error) || !("status" in error) || !("response" in error)) {
    throw new Error("the request was not refused as GitHub refuses", { cause: error });
  }
  return { status: Number(error.status), message: refused.parse(error.response).data.message };
}

const refused = z.object({ data: z.object({ message: z.string() }) });

/** Waits until `probe` gives something other than undefined or false; fails after thirty seconds. */
export async function eventually<Value>(probe: () => Value | undefined | false | Promise<Value | undefined | false>) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error("it did not happen within thirty seconds");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The repository's clone address with the token in it, as git's credential. */
export function cloneUrl(forge: Pick<Forge, "gitUrl">, fullName: string, token: string): string {
  return `${forge.gitUrl.replace("http://", `http://x-access-token:${token}@`)}/${fullName}.git`;
}

/** Stock git in `cwd`, without anybody's configuration; throws when it fails. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await execa("git", args, { cwd, env: gitIdentity });
  return stdout;
}

/** Like `git`, but failure is an answer. */
export async function tryGit(cwd: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const result = await execa("git", args, { cwd, env: gitIdentity, reject: false, all: true });
  return { code: result.exitCode ?? -1, output: result.all };
}

const gitIdentity = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

/** A new folder with one commit on `main` holding `files`. */
export async function seed(files: Record<string, string> = { "README.md": "# Sample\n" }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "seed-"));
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await commit(folder, files, "First");
  return folder;
}

/** Writes the files and commits them; answers the commit. */
export async function commit(folder: string, files: Record<string, string>, message: string): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", message);
  return (await git(folder, "rev-parse", "HEAD")).trim();
}
