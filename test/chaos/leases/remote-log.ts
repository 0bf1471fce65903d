import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { git } from "../../git/origin.ts";
import type { HistoryEvent, SaidLease } from "../history/history.ts";
import type { Remote } from "./remote.ts";

/** Everything the repository's leases and work branches ever were, as its own log has it. */
export async function readRemoteLog({ repository }: Pick<Remote, "repository">): Promise<readonly HistoryEvent[]> {
  const leases = await readLogs(join(repository, "logs/refs/coppice/leases"));
  const branches = await readLogs(join(repository, "logs/refs/heads/coppice"));
  const said = await readLeases(
    repository,
    leases.flatMap(({ values }) => values),
  );
  return [
    ...leases.flatMap(({ name, values }) =>
      values.map((token): HistoryEvent => ({ kind: "ref", task: name, token, lease: leaseOf(said, token) })),
    ),
    ...branches.flatMap(({ name, values }) =>
      values.map((head): HistoryEvent => ({ kind: "branch", task: name.replace(/-.*/, ""), head })),
    ),
  ];
}

/** Each ref's values, oldest first; a lease's last name is its issue, a branch's begins with it. */
async function readLogs(folder: string): Promise<readonly { name: string; values: readonly string[] }[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.map(async (name) => {
      const lines = (await readFile(join(folder, name), "utf8")).split("\n").filter(Boolean);
      return { name, values: lines.map((line) => line.slice(41, 81)) };
    }),
  );
}

const lease = z.object({ holder: z.string(), epoch: z.number(), phase: z.string(), head: z.string().optional() });

/** Read without the product's parser: what it makes of its own leases is not what is asked. */
async function readLeases(repository: string, oids: readonly string[]): Promise<ReadonlyMap<string, SaidLease>> {
  const known = new Map<string, SaidLease>();
  const format = "--format=%H%n%B%x00";
  for (let at = 0; at < oids.length; at += 500) {
    const text = await git(repository, "log", "--no-walk=unsorted", format, ...oids.slice(at, at + 500));
    for (const part of text.split("\0").filter((one) => one.includes("{"))) {
      const [oid = ""] = part.trimStart().split("\n");
      known.set(oid, lease.parse(JSON.parse(part.slice(part.indexOf("{")))));
    }
  }
  return known;
}

function leaseOf(said: ReadonlyMap<string, SaidLease>, token: string): SaidLease {
  const found = said.get(token);
  if (found === undefined) throw new Error(`the remote has no lease commit ${token}`);
  return found;
}
