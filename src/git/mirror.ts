import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { joinSignals } from "../ports/signals.ts";
import type { Git, GitCall, GitResult } from "./git.ts";
import { createLock } from "./lock.ts";
import { lsRefs } from "./ls-refs.ts";
import { isSound, makeMirror, removeLocks, removeOldMirrors, replaceMirror } from "./mend-mirror.ts";
import { mending } from "./mending.ts";
import type { RefNames } from "./ref-names.ts";
import { createRefNames } from "./ref-names.ts";
import { tidyMirror } from "./tidy-mirror.ts";

export interface MirrorOptions {
  readonly git: Git;
  /** The bare repository's folder; made when it is not there. One process owns it. */
  readonly folder: string;
  /** Without credentials. */
  readonly url: string;
  /** Asked before every call to the remote. */
  readonly token: () => Promise<string | undefined>;
  readonly clock: Clock;
  /** Where it is told that the mirror was broken. */
  readonly log?: Pick<Log, "warn">;
  /** A branch fetched less than this many milliseconds ago is fresh; default 1,000. */
  readonly freshMilliseconds?: number;
}

/** A bare copy of one repository. Its refs are caches; only what `remote` says is true. */
export interface Mirror {
  readonly folder: string;
  readonly url: string;
  /** What leases, trash and candidates are called there. */
  readonly names: RefNames;
  /** git on the mirror itself. */
  git(args: readonly string[], call?: GitCall): Promise<GitResult>;
  /** git with a token and a time-out for the network; the URL is for the caller to place. */
  remote(args: readonly string[], call?: GitCall): Promise<GitResult>;
  /** Updates local refs; one fetch at a time. What vanished on the remote vanishes here. */
  fetch(refspecs: readonly string[], signal?: AbortSignal): Promise<void>;
  /** The branch's head, fetched (debounced, shared by all who wait); undefined when the remote has no such branch. */
  branch(name: string): Promise<Oid | undefined>;
  /** The remote's value of exactly these refs, now; one that ends in `*` stands for all that begin so. */
  read(refs: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Oid>>;
  /** Repacks it where it needs that, while work goes on. */
  tidy(signal?: AbortSignal): Promise<boolean>;
  /** A local ref's value. */
  local(ref: string): Promise<Oid | undefined>;
}

/** Longest a call to the remote may take, milliseconds. */
export const networkTimeout = 300_000;

/** Of one question about refs, before git is asked instead. */
const quickTimeout = 30_000;

/** Opens the mirror of a repository, making an empty one where there is none, and anew where it is broken. */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  await prepare(options);
  const lock = createLock();
  const fresh = createFreshness(options);
  const place = { gitDir: options.folder };
  const remote: Mirror["remote"] = async (args, call) =>
    options.git(args, { timeoutMilliseconds: networkTimeout, ...call, ...place, token: await options.token() });
  const fetchNow = async (refspecs: readonly string[], signal?: AbortSignal) => {
    await remote(["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", options.url, ...refspecs], {
      signal,
    });
  };
  const mended = mending(options, () => fetchNow(["+refs/heads/*:refs/heads/*"]));
  const git: Mirror["git"] = (args, call) => mended(() => options.git(args, { ...call, ...place }), lock);
  const fetch: Mirror["fetch"] = (refspecs, signal) => lock(() => mended(() => fetchNow(refspecs, signal)));
  const read: Mirror["read"] = async (refs, signal) => {
    const listed = (await askQuickly(options, refs, signal)) ?? (await remote(lsRemote(options.url, refs), { signal }));
    const values = "stdout" in listed ? parseRefs(listed.stdout) : listed;
    return new Map([...values].filter(([name]) => refs.some((ref) => matches(ref, name))));
  };
  const local: Mirror["local"] = (ref) => localRef({ folder: options.folder, git }, ref);
  const fetchBranch = async (name: string): Promise<Oid | undefined> => {
    const ref = `refs/heads/${name}`;
    // A pattern, because a plain name that is absent fails the fetch; the pattern may match neighbours, which is harmless.
    await fetch([`+${ref}*:${ref}*`]);
    return local(ref);
  };
  const names = createRefNames();
  const tidy: Mirror["tidy"] = (signal) => tidyMirror(options, signal);
  return {
    folder: options.folder,
    url: options.url,
    names,
    tidy,
    git,
    remote,
    fetch,
    read,
    local,
    branch: fresh(fetchBranch),
  };
}

async function prepare(options: MirrorOptions): Promise<void> {
  const { folder, clock } = options;
  await removeOldMirrors(options, clock.now());
  if (!existsSync(folder)) return makeMirror(options);
  if (await isSound(options)) return void (await removeLocks(options));
  await replaceMirror(options, `${folder} is no bare repository`, async () => undefined);
}

async function localRef({ folder, git }: Pick<Mirror, "folder" | "git">, ref: string): Promise<Oid | undefined> {
  // A fetch leaves what moved in a file of its own, and there is seldom any other place to look.
  const value = (await readFile(join(folder, ref), "utf8").catch(() => "")).trim();
  if (/^[0-9a-f]{40}$/.test(value)) return value;
  if (!["packed-refs", "reftable"].some((other) => existsSync(join(folder, other)))) return undefined;
  const { code, stdout } = await git(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { accept: [1, 128] });
  return code === 0 ? stdout.toString().trim() : undefined;
}

function createFreshness({ clock, freshMilliseconds = 1_000 }: MirrorOptions) {
  return (fetch: (name: string) => Promise<Oid | undefined>) => {
    const known = new Map<string, { at: number; head: Promise<Oid | undefined> }>();
    return (name: string): Promise<Oid | undefined> => {
      const last = known.get(name);
      if (last && clock.monotonic() - last.at < freshMilliseconds) return last.head;
      const entry = { at: Number.POSITIVE_INFINITY, head: fetch(name) };
      known.set(name, entry);
      entry.head.then(
        () => {
          entry.at = clock.monotonic();
        },
        () => known.delete(name),
      );
      return entry.head;
    };
  };
}

const lsRemote = (url: string, refs: readonly string[]) => ["ls-remote", url, ...refs];

/** Without a process where that is possible; undefined when git is to be asked, which then also says what is wrong. */
async function askQuickly(
  { git, url, token }: MirrorOptions,
  refs: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Oid> | undefined> {
  const protocol = url.slice(0, url.indexOf(":"));
  if (!["http", "https"].includes(protocol) || !git.protocols.includes(protocol)) return undefined;
  const prefixes = refs.map((ref) => ref.replace(/\*$/, ""));
  const limit = joinSignals([AbortSignal.timeout(quickTimeout), ...(signal === undefined ? [] : [signal])]);
  const asked = { url, prefixes, token: await token(), signal: limit.signal };
  return lsRefs(asked)
    .catch(() => {
      signal?.throwIfAborted();
      return undefined;
    })
    .finally(limit.end);
}

/** Both ways of asking answer more than was asked for: names that only begin, or end, so. */
function matches(asked: string, name: string): boolean {
  return asked.endsWith("*") ? name.startsWith(asked.slice(0, -1)) : name === asked;
}

function parseRefs(stdout: Buffer): Map<string, Oid> {
  const found = new Map<string, Oid>();
  for (const line of stdout.toString().split("\n")) {
    const [oid, ref] = line.split("\t");
    if (oid && ref) found.set(ref, oid);
  }
  return found;
}
