import { branchesChosen } from "../core/lease/spaces.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { leaseAuthor } from "./lease-commits.ts";
import type { Mirror } from "./mirror.ts";
import { writeCommit, writeTree } from "./objects.ts";
import { pushAndRead } from "./swap.ts";

interface ChoiceOptions {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
}

/** Has every process keep new leases, trash and candidates as branches; false when the remote takes no branch either. */
export async function chooseBranches(options: ChoiceOptions, why: string): Promise<boolean> {
  const { mirror } = options;
  if (mirror.names.space() === "branches") return true;
  const tree = await writeTree(mirror, new Map());
  const message = "Leases, candidates and trash are branches here: the remote takes no refs/coppice [skip ci]\n";
  const commit = await writeCommit(mirror, { tree, parents: [], message, author: leaseAuthor });
  // Whoever is first decides the same.
  const { values } = await pushAndRead(options, [{ ref: branchesChosen, expected: undefined, to: commit }], {
    atomic: false,
  });
  learn(options, values, why);
  return mirror.names.space() === "branches";
}

/** Takes note of what a reading says, and tells once where things are. */
export function learn({ mirror, log }: Omit<ChoiceOptions, "clock">, values: ReadonlyMap<string, Oid>, why?: string) {
  if (!mirror.names.learn(values.keys())) return;
  log.warn(
    { url: mirror.url, ...(why === undefined ? {} : { why }) },
    "the remote takes no refs below refs/coppice: leases, trash and candidates are branches that begin with coppice-",
  );
}
