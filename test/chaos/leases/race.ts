import { setTimeout as sleep } from "node:timers/promises";
import type { HeldLease } from "../../../src/core/lease/lease.ts";
import { makeLease } from "../../git/origin.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Random } from "../random.ts";
import type { Claimer } from "./claimers.ts";
import type { Remote } from "./remote.ts";
import { readRemoteLog } from "./remote-log.ts";

export interface Race {
  readonly remote: Remote;
  readonly claimers: readonly Claimer[];
  readonly rounds: number;
  readonly random: Random;
  /** One after the other: what chance alone would seldom bring about happens then every time. */
  readonly isInTurn?: boolean;
}

/** A task is taken over so often before the next one begins: the later claims expect the lease of the one before. */
const epochsPerTask = 5;

/** Round after round all claim one task at once; gives what they were told, and what the remote says happened. */
export async function race(options: Race): Promise<readonly HistoryEvent[]> {
  const { remote, claimers, rounds, random, isInTurn = false } = options;
  const history: HistoryEvent[] = [];
  let held: HeldLease | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const epoch = (round % epochsPerTask) + 1;
    const issue = Math.floor(round / epochsPerTask) + 1;
    const before = epoch === 1 ? undefined : held;
    const claim = async ({ name, leases }: Claimer) => {
      const holder = `${name}/round-${round}`;
      await sleep(random.below(5));
      const answer = await leases.swap(before?.oid, makeLease({ issue, epoch, holder }));
      const told = { kind: "told", task: String(issue), holder } as const;
      if (answer.kind === "lost") history.push({ ...told, answer: "lost" });
      else history.push({ ...told, answer: "owner", epoch: answer.held.lease.epoch });
      held = answer.kind === "held" ? answer.held : held;
    };
    const all = random.shuffle(claimers);
    if (isInTurn) for (const claimer of all) await claim(claimer);
    else await Promise.all(all.map(claim));
  }
  return [...history, ...(await readRemoteLog(remote))];
}
