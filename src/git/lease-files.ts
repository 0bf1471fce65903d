import type { Oid } from "../core/repository.ts";
import type { Log } from "../ports/log.ts";
import { fetchLeases } from "./list-leases.ts";
import type { Mirror } from "./mirror.ts";
import { readObjects } from "./objects.ts";

/** Most bytes of one file a publishing lease carries. */
const maxLeaseFile = 1024 * 1024;

/** How many leases' files are kept at hand: they are read a few times in a row, by each step that publishes them. */
const keptAtHand = 8;

interface FilesOptions {
  readonly mirror: Mirror;
  readonly log: Log;
}

/** Gives the files a lease commit carries. */
export function leaseFiles(options: FilesOptions): (oid: Oid) => Promise<ReadonlyMap<string, string>> {
  const kept = new Map<Oid, ReadonlyMap<string, string>>();
  return async (oid) => {
    const there = kept.get(oid);
    if (there) return there;
    const files = await readFiles(options, oid);
    kept.set(oid, files);
    for (const old of [...kept.keys()].slice(0, -keptAtHand)) kept.delete(old);
    return files;
  };
}

async function readFiles({ mirror, log }: FilesOptions, oid: Oid): Promise<ReadonlyMap<string, string>> {
  const list = ["ls-tree", "-r", "-l", "-z", oid];
  let { code, stdout } = await mirror.git(list, { accept: [128] });
  if (code !== 0) {
    await fetchLeases(mirror);
    ({ stdout } = await mirror.git(list));
  }
  const entries = stdout.toString().split("\0").filter(Boolean).map(parseEntry);
  const wanted = entries.filter(({ type, size, path }) => {
    const fits = type === "blob" && size <= maxLeaseFile;
    if (!fits) log.warn({ commit: oid, path, size }, "a file of a lease is too large and left out");
    return fits;
  });
  const objects = await readObjects(
    mirror,
    wanted.map((entry) => entry.oid),
    256 * maxLeaseFile,
  );
  return new Map(wanted.map((entry) => [entry.path, objects.get(entry.oid)?.content.toString() ?? ""]));
}

function parseEntry(line: string) {
  const [facts = "", path = ""] = line.split("\t");
  const [, type = "", oid = "", size = ""] = facts.split(/ +/);
  return { type, oid, size: Number(size), path };
}
