import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { authorize, findRepository } from "../access/authorize.ts";
import type { Call } from "../http/call.ts";
import { HttpError, notFound, requiresAuthentication } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Repository } from "../model/repository.ts";
import { announce } from "./announce.ts";
import { rememberPusher } from "./move-refs.ts";
import { gitEnvironment, gitText } from "./run.ts";

/** Fetching and pushing by stock git over HTTP. */
export const gitRoutes: readonly Route[] = [
  route("GET /{owner}/{repository}.git/info/refs", (call) => serve(call, "info/refs", call.query("service") ?? "")),
  route("POST /{owner}/{repository}.git/git-upload-pack", (call) => serve(call, "git-upload-pack", "git-upload-pack")),
  route("POST /{owner}/{repository}.git/git-receive-pack", (call) =>
    serve(call, "git-receive-pack", "git-receive-pack"),
  ),
];

/** git reads refusals as plain text, and asks for a password only when told to. */
export function refuseGit(error: HttpError): Reply {
  const challenge = error.status === 401 ? { "www-authenticate": 'Basic realm="Coppice forge"' } : undefined;
  return { status: error.status, headers: { "content-type": "text/plain", ...challenge }, body: `${error.message}\n` };
}

// A clone or push that takes longer than this is ended. Milliseconds.
const longest = 10 * 60_000;

async function serve(call: Call, path: string, service: string): Promise<Reply> {
  if (service !== "git-upload-pack" && service !== "git-receive-pack") {
    throw new HttpError(403, "Please upgrade your git client.");
  }
  const writes = service === "git-receive-pack";
  const repository = permitted(call, writes);
  if (!writes && path === "info/refs" && call.headers.get("git-protocol") === "version=2") {
    return capabilities(call.site.git.folder(repository.id));
  }
  const pushes = writes && path === service;
  const pusher = "account" in call.actor ? call.actor.account : undefined;
  // Kept before any ref can move: after a crash the events found still have a sender.
  if (pushes && pusher !== undefined) rememberPusher(call.site, repository.id, pusher);
  const signal = AbortSignal.any([call.site.stopping, AbortSignal.timeout(longest)]);
  const child = spawn("git", ["http-backend"], { env: environment(call, repository, path), cwd: "/", signal });
  await bridge(call, child);
  if (pushes) await announce(call.site, repository.id, pusher);
  call.outgoing.end();
  return { status: 200, body: null, sent: true };
}

function permitted(call: Call, writes: boolean): Repository {
  const { site, actor } = call;
  const name = call.parameter("repository").replace(/\.git$/, "");
  const repository = findRepository(site, call.parameter("owner"), name);
  const need = { permission: "contents", access: writes ? "write" : "read" } as const;
  const refusal = repository === undefined ? notFound() : authorize(site, actor, repository, need);
  if (refusal !== undefined && actor.kind === "anonymous") throw requiresAuthentication();
  if (refusal !== undefined) throw refusal;
  if (repository === undefined) throw notFound();
  if (writes && repository.archived) throw new HttpError(403, "This repository was archived so it is read-only.");
  return repository;
}

// No CONTENT_LENGTH: given one, http-backend spins for ever when the body ends early, as it does when the forge is
// killed in the middle of a push. Without it the end of its input is the end of the body.
function environment(call: Call, repository: Repository, path: string): Record<string, string> {
  const header = (name: string) => call.headers.get(name) ?? "";
  return {
    ...gitEnvironment(),
    ...configEnvironment(),
    GIT_PROJECT_ROOT: call.site.git.root,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${repository.id}.git/${path}`,
    REQUEST_METHOD: call.method,
    QUERY_STRING: call.url.search.slice(1),
    CONTENT_TYPE: header("content-type"),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
    GIT_PROTOCOL: header("git-protocol"),
    REMOTE_USER: "git",
    REMOTE_ADDR: "127.0.0.1",
  };
}

/**
 * What version 2 of the protocol answers first is the same for every repository: what this git can do, no refs. It is
 * asked of git once, so that each fetch starts two processes less.
 */
async function capabilities(folder: string): Promise<Reply> {
  const args = ["upload-pack", "--stateless-rpc", "--http-backend-info-refs", folder];
  const environment = { ...configEnvironment(), GIT_PROTOCOL: "version=2" };
  known ??= gitText(folder, args, { environment });
  try {
    return { status: 200, headers: advertisementHeaders, body: await known };
  } catch (error) {
    known = undefined;
    throw error;
  }
}

let known: Promise<string> | undefined;

// As git http-backend sends them.
const advertisementHeaders = {
  "content-type": "application/x-git-upload-pack-advertisement",
  "cache-control": "no-cache, max-age=0, must-revalidate",
  pragma: "no-cache",
  expires: "Fri, 01 Jan 1980 00:00:00 GMT",
};

const settings: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["safe.directory", "*"],
  ["gc.auto", "0"],
  ["http.receivepack", "true"],
  ["receive.autogc", "false"],
  ["receive.advertiseAtomic", "true"],
  // As GitHub: the default branch cannot be deleted and refs/pull is not for pushing.
  ["receive.denyDeleteCurrent", "refuse"],
  ["receive.hideRefs", "refs/pull"],
  // Refuses trees with `..` or `.git` in them; what old histories got wrong harmlessly is let through.
  ["receive.fsckObjects", "true"],
  ["receive.fsck.zeroPaddedFilemode", "ignore"],
  ["receive.fsck.missingSpaceBeforeDate", "ignore"],
  ["receive.fsck.badTimezone", "ignore"],
  // Bytes.
  ["receive.maxInputSize", String(2 * 1024 ** 3)],
  ["uploadpack.allowFilter", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
];

// http-backend takes no options, so its settings go by environment.
function configEnvironment(): Record<string, string> {
  const pairs = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(settings.length) };
}

/** Streams the request into the CGI process and its answer out, all but the end of the answer. */
async function bridge(call: Call, child: ChildProcessWithoutNullStreams): Promise<void> {
  const { incoming, outgoing, site } = call;
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (text: string) => site.log(`forge: git http-backend: ${text.trim()}`));
  outgoing.once("close", () => child.stdout.resume());
  incoming.once("error", () => child.kill());
  incoming.once("close", () => incoming.complete || child.kill());
  incoming.pipe(child.stdin);
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  await Promise.all([ended, answer(child.stdout, call)]);
}

async function answer(stdout: Readable, { outgoing }: Call): Promise<void> {
  let head = Buffer.alloc(0);
  for await (const chunk of stdout) {
    if (outgoing.headersSent) {
      await write(outgoing, chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) continue;
    const { status, headers } = parseHead(head.subarray(0, end).toString("latin1"));
    outgoing.writeHead(status, headers);
    await write(outgoing, head.subarray(end + 4));
  }
  if (!outgoing.headersSent) throw new Error("git http-backend gave no answer");
}

function parseHead(text: string): { status: number; headers: Record<string, string> } {
  const lines = text.split("\r\n").map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  const all = Object.fromEntries(lines.flatMap((match) => (match ? [[match[1]?.toLowerCase(), match[2]]] : [])));
  const { status = "200", ...headers } = all;
  return { status: Number.parseInt(status, 10), headers };
}

function write(outgoing: Call["outgoing"], chunk: Buffer): Promise<void> {
  if (chunk.length === 0 || outgoing.destroyed || outgoing.write(chunk)) return Promise.resolve();
  return new Promise((resolve) => {
    const go = () => {
      outgoing.off("drain", go).off("close", go);
      resolve();
    };
    outgoing.on("drain", go).on("close", go);
  });
}
