import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { authorize, findRepository } from "../access/authorize.ts";
import type { Call } from "../http/call.ts";
import { HttpError, notFound, requiresAuthentication } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Repository } from "../model/repository.ts";
import { follow } from "../stopping.ts";
import { announce } from "./announce.ts";
import { rememberPusher } from "./move-refs.ts";
import { gitEnvironment, gitText } from "./run.ts";

/** Fetching and pushing by stock git over HTTP. */
export const gitRoutes: readonly Route[] = [
  route("GET /{owner}/{repository}.git/info/refs", advertise),
  route("POST /{owner}/{repository}.git/git-upload-pack", (call) => serve(call, "upload-pack"), { streams: true }),
  route("POST /{owner}/{repository}.git/git-receive-pack", (call) => serve(call, "receive-pack")),
];

type Service = "upload-pack" | "receive-pack";

/** git reads refusals as plain text, and asks for a password only when told to. */
export function refuseGit(error: HttpError): Reply {
  const challenge = error.status === 401 ? { "www-authenticate": 'Basic realm="Coppice forge"' } : undefined;
  return { status: error.status, headers: { "content-type": "text/plain", ...challenge }, body: `${error.message}\n` };
}

// A clone or push that takes longer than this is ended. Milliseconds.
const longest = 10 * 60_000;

/** What the repository has, or for version 2 of the protocol what git can do. */
async function advertise(call: Call): Promise<Reply> {
  const service = serviceOf(call.query("service"));
  const repository = permitted(call, service === "receive-pack");
  const folder = call.site.git.folder(repository.id);
  const headers = { ...never, "content-type": `application/x-git-${service}-advertisement` };
  if (service === "upload-pack" && /(^|:)version=2(:|$)/.test(call.headers.get("git-protocol") ?? "")) {
    return { status: 200, headers, body: await capabilities(folder) };
  }
  // The names of refs need not be UTF-8.
  const options = { environment: settingsEnvironment(), encoding: "latin1" } as const;
  const refs = await gitText(folder, [...greeting(service), folder], options);
  const title = `# service=git-${service}\n`;
  const length = (title.length + 4).toString(16).padStart(4, "0");
  return { status: 200, headers, body: Buffer.from(`${length}${title}0000${refs}`, "latin1") };
}

function serviceOf(name: string | undefined): Service {
  if (name === "git-upload-pack") return "upload-pack";
  if (name === "git-receive-pack") return "receive-pack";
  throw new HttpError(403, "Please upgrade your git client.");
}

const greeting = (service: Service) => [service, "--stateless-rpc", "--http-backend-info-refs"];

/**
 * What version 2 of the protocol answers first is the same for every repository: what this git can do, no refs. It is
 * asked of git once, so that each fetch starts a process less.
 */
async function capabilities(folder: string): Promise<string> {
  const environment = { ...settingsEnvironment(), GIT_PROTOCOL: "version=2" };
  known ??= gitText(folder, [...greeting("upload-pack"), folder], { environment });
  try {
    return await known;
  } catch (error) {
    known = undefined;
    throw error;
  }
}

let known: Promise<string> | undefined;

// As git http-backend sends them.
const never = {
  "cache-control": "no-cache, max-age=0, must-revalidate",
  pragma: "no-cache",
  expires: "Fri, 01 Jan 1980 00:00:00 GMT",
};

async function serve(call: Call, service: Service): Promise<Reply> {
  const pushes = service === "receive-pack";
  const repository = permitted(call, pushes);
  if (call.headers.get("content-type") !== `application/x-git-${service}-request`) {
    throw new HttpError(415, "Unsupported Media Type");
  }
  const pusher = "account" in call.actor ? call.actor.account : undefined;
  // Kept before any ref can move: after a crash the events found still have a sender.
  if (pushes && pusher !== undefined) rememberPusher(call.site, repository.id, pusher);
  const { signal, end } = follow(call.site.stopping, { milliseconds: longest });
  const args = [service, "--stateless-rpc", call.site.git.folder(repository.id)];
  const child = spawn("git", args, { env: environment(call), cwd: "/", signal })
    .once("close", end)
    .once("error", end);
  if (!pushes) return fetched(call, child);
  const body = await pushed(call, child);
  await announce(call.site, repository.id, pusher);
  return { status: 200, headers: resultHeaders(service), body };
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

function environment(call: Call): Record<string, string> {
  return {
    ...gitEnvironment(),
    ...settingsEnvironment(),
    GIT_PROTOCOL: call.headers.get("git-protocol") ?? "",
    GIT_COMMITTER_NAME: "git",
    GIT_COMMITTER_EMAIL: "git@http.127.0.0.1",
  };
}

const settings: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["safe.directory", "*"],
  ["gc.auto", "0"],
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

// git hands them on to the processes it starts itself.
function settingsEnvironment(): Record<string, string> {
  const pairs = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(settings.length) };
}

/** Streams what git sends; a clone is too large to be held. */
async function fetched(call: Call, child: ChildProcessWithoutNullStreams): Promise<Reply> {
  const { outgoing } = call;
  outgoing.once("close", () => child.stdout.resume());
  const [code] = await Promise.all([ended(call, "upload-pack", child), answer(child.stdout, outgoing)]);
  if (!outgoing.headersSent && code !== 0) throw new Error("git upload-pack gave no answer");
  if (!outgoing.headersSent) outgoing.writeHead(200, resultHeaders("upload-pack"));
  outgoing.end();
  return { status: 200, body: null, sent: true };
}

/** What git says of a push: a line for each ref, told only when everybody has heard of the push. */
async function pushed(call: Call, child: ChildProcessWithoutNullStreams): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await ended(call, "receive-pack", child);
  if (chunks.length === 0 && code !== 0) throw new Error("git receive-pack gave no answer");
  return Buffer.concat(chunks);
}

/** Streams the request into git; resolves to git's exit code. */
async function ended(call: Call, service: Service, child: ChildProcessWithoutNullStreams): Promise<number | null> {
  const { incoming, site } = call;
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (text: string) => site.log(`forge: git ${service}: ${text.trim()}`));
  incoming.once("error", () => child.kill());
  incoming.once("close", () => incoming.complete || child.kill());
  const zipped = /^(x-)?gzip$/.test(call.headers.get("content-encoding") ?? "");
  const body = zipped ? incoming.pipe(createGunzip().on("error", () => child.kill())) : incoming;
  body.pipe(child.stdin);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

const resultHeaders = (service: Service) => ({ ...never, "content-type": `application/x-git-${service}-result` });

async function answer(stdout: Readable, outgoing: Call["outgoing"]): Promise<void> {
  for await (const chunk of stdout) {
    if (!outgoing.headersSent) outgoing.writeHead(200, resultHeaders("upload-pack"));
    await write(outgoing, chunk);
  }
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
