import { setTimeout as pause } from "node:timers/promises";
import type { LeaseMove, LeaseMoved, Leases } from "../ports/leases.ts";

interface Waiting {
  readonly move: LeaseMove;
  readonly resolve: (moved: LeaseMoved) => void;
  readonly reject: (error: unknown) => void;
}

/** A push that takes longer holds up nobody, milliseconds; of the machine's own time, whatever a clock says. */
const longestWait = 1_000;

/** Moves leases one by one as they come; those that come while a push is under way go together in the next. */
export function joinSwaps(swapAll: Leases["swapAll"]): (move: LeaseMove) => Promise<LeaseMoved> {
  let waiting: Waiting[] = [];
  let underWay: Promise<unknown> | undefined;
  const flush = () => {
    const batch = firstOfEach(waiting);
    waiting = waiting.filter((one) => !batch.includes(one));
    const pushed = push(swapAll, batch);
    const over = new AbortController();
    const late = pause(longestWait, undefined, { signal: over.signal }).catch(() => undefined);
    underWay = Promise.race([pushed, late]).then(() => {
      over.abort();
      underWay = undefined;
      if (waiting.length > 0) flush();
    });
  };
  return (move) =>
    new Promise((resolve, reject) => {
      waiting.push({ move, resolve, reject });
      if (underWay === undefined) flush();
    });
}

async function push(swapAll: Leases["swapAll"], batch: readonly Waiting[]): Promise<void> {
  try {
    const answers = await swapAll(batch.map(({ move }) => move));
    for (const [at, { resolve }] of batch.entries()) {
      resolve(answers[at] ?? { kind: "failed", message: "it was not answered" });
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

/** Two moves of one lease are two pushes: the second may be of what the first made. */
function firstOfEach(waiting: readonly Waiting[]): readonly Waiting[] {
  const issue = ({ move }: Waiting) => move.lease.issue;
  return waiting.filter((one, at) => waiting.findIndex((other) => issue(other) === issue(one)) === at);
}
