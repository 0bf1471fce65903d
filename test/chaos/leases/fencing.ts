import { setTimeout as sleep } from "node:timers/promises";
import type { HeldLease, Lease } from "../../../src/core/lease/lease.ts";
import { makeLease } from "../../git/origin.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Random } from "../random.ts";
import type { Claimer } from "./claimers.ts";
import type { Push } from "./publishers.ts";
import { doWork, toldPublished } from "./publishers.ts";
import type { Remote } from "./remote.ts";
import { readRemoteLog } from "./remote-log.ts";

export interface Fencing {
  readonly remote: Remote;
  /** Who works first and who takes over. */
  readonly workers: readonly [Claimer, Claimer];
  readonly rounds: number;
  readonly random: Random;
  readonly push: Push;
  /** The first worker is cut off until the second has taken over; otherwise they race. */
  readonly isPartition: boolean;
  /** The cut-off worker comes back before the other one is done, and not at the same moment. */
  readonly isInTurn?: boolean;
}

/** Round after round one worker is to publish while another takes the task over, and then publishes itself. */
export async function fence(options: Fencing): Promise<{ history: readonly HistoryEvent[]; stale: number }> {
  const { remote, workers, rounds, random, push, isPartition, isInTurn = false } = options;
  const [first, second] = workers;
  const history: HistoryEvent[] = [];
  let stale = 0;
  for (let issue = 1; issue <= rounds; issue += 1) {
    const lease = makeLease({ issue, branch: `coppice/${issue}-task` });
    const held = await claim(first, undefined, { ...lease, holder: `${first.name}/run-${issue}` });
    if (held === undefined) throw new Error(`round ${issue}: nobody else was there, and the claim was lost`);
    const work = { held, head: await doWork(first, held) };
    const takeOver = () => claim(second, held.oid, { ...lease, epoch: 2, holder: `${second.name}/run-${issue}` });
    const publishFirst = async () => {
      const isPublished = await push(first, work);
      if (isPublished) history.push(toldPublished(work));
      else stale += 1;
      return isPublished;
    };
    const taken = isPartition
      ? await takeOver()
      : (await Promise.all([pause(random).then(takeOver), pause(random).then(publishFirst)]))[0];
    if (taken !== undefined) {
      const next = { held: taken, head: await doWork(second, taken) };
      // The cut-off worker comes back while the other one is at it.
      const late = isPartition ? publishFirst() : undefined;
      if (isInTurn) await late;
      if (await push(second, next)) history.push(toldPublished(next));
      await late;
    }
  }
  return { history: [...history, ...(await readRemoteLog(remote))], stale };
}

function pause(random: Random): Promise<void> {
  return sleep(random.below(30));
}

async function claim({ leases }: Claimer, expected: string | undefined, lease: Lease): Promise<HeldLease | undefined> {
  const answer = await leases.swap(expected, lease);
  return answer.kind === "held" ? answer.held : undefined;
}
