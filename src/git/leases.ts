import { CoppiceError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaseAnswer, LeaseMoved, Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import { joinSwaps } from "./join-swaps.ts";
import { leaseFiles } from "./lease-files.ts";
import type { Listed } from "./list-leases.ts";
import { listLeases } from "./list-leases.ts";
import { createLock } from "./lock.ts";
import type { Mirror } from "./mirror.ts";
import { removeLeases } from "./remove-leases.ts";
import { swapLeases } from "./swap-leases.ts";

export interface LeasesOptions {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
  /** To know what is merged before a branch is deleted. */
  readonly defaultBranch: string;
}

/** The leases of one repository, through its mirror. */
export function createLeases(options: LeasesOptions): Leases {
  const listed: Listed = { leases: new Map(), candidates: [], unreadable: new Map(), leftBehind: new Map() };
  const refused = new Map<string, number>();
  const oneByOne = createLock();
  const swapAll: Leases["swapAll"] = async (moves) => {
    const answers = await swapLeases(options, moves);
    for (const answer of answers) if (answer.kind === "held") listed.leases.set(answer.held.oid, answer.held);
    return answers;
  };
  const swap = joinSwaps(swapAll);
  return {
    list: () => oneByOne(() => listLeases(options, listed)),
    unreadable: () => listed.unreadable,
    swap: async (expected, lease) => answerOf(await swap({ expected, lease })),
    swapAll,
    files: leaseFiles(options),
    remove: (leases) => removeLeases(options, leases, { ...listed, refused }),
  };
}

function answerOf(moved: LeaseMoved): LeaseAnswer {
  if (moved.kind !== "failed") return moved;
  throw moved.cause instanceof CoppiceError ? moved.cause : new CoppiceError("git-failed", moved.message);
}
