import type { LeaderSight } from "../core/lease/leader.ts";
import { isGood, leaderSeconds, leaderStep, takenOverAfter } from "../core/lease/leader.ts";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaderRef } from "../ports/leader.ts";
import type { Log } from "../ports/log.ts";
import type { Leadership } from "./ports.ts";

export interface LeadershipOptions {
  readonly ref: LeaderRef;
  /** The same in each life of the hub. */
  readonly hub: string;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The lead of one repository, taken when there is something to show. */
export interface HeldLeadership extends Leadership {
  /** Gives the lead up, if it is ours: the next one need not wait. */
  release(): Promise<void>;
}

/** After a ref that could not be moved this long nobody tries again, milliseconds: what is shown is shown by whoever can. */
const rest = 60_000;

export function openLeadership(options: LeadershipOptions): HeldLeadership {
  const { ref, clock, log } = options;
  let ours: { readonly oid: Oid; readonly at: number } | undefined;
  let seen: { readonly oid: Oid | undefined; readonly since: number; readonly isOurs: boolean } | undefined;
  let troubledUntil = Number.NEGATIVE_INFINITY;
  let asking: Promise<boolean> | undefined;

  const look = async (): Promise<LeaderSight> => {
    const oid = await ref.seen();
    const now = clock.monotonic();
    if (seen === undefined || seen.oid !== oid) {
      // Only what was there before us can be an earlier life's: what came later we would have made ourselves.
      const isFormer = seen === undefined && oid !== undefined && (await ref.hubOf(oid)) === options.hub;
      seen = { oid, since: now, isOurs: isFormer };
    }
    const isOurs = oid !== undefined && (ours?.oid === oid || seen.isOurs);
    const age = ours !== undefined && ours.oid === oid ? now - ours.at : Number.POSITIVE_INFINITY;
    return { ...(oid === undefined ? {} : { oid }), isOurs, age, unchangedFor: now - seen.since };
  };
  const move = async ({ oid }: LeaderSight): Promise<boolean> => {
    const at = clock.monotonic();
    const word = { version: 1, hub: options.hub, nonce: options.newId(), seconds: leaderSeconds } as const;
    const mine = await ref.move(oid, word);
    if (mine === undefined) return false;
    if (oid !== undefined && ours?.oid !== oid)
      log.info({ hub: options.hub }, "This hub shows how things are from now on");
    ours = { oid: mine, at };
    seen = { oid: mine, since: at, isOurs: true };
    return true;
  };
  const decide = async (): Promise<boolean> => {
    if (clock.monotonic() < troubledUntil) return true;
    try {
      const sight = await look();
      const step = leaderStep(sight);
      if (step === "lead" || step === "follow") return step === "lead";
      return await move(sight);
    } catch (error) {
      troubledUntil = clock.monotonic() + rest;
      log.warn({ error: String(error) }, "Who leads cannot be agreed on; how things are is shown all the same");
      return true;
    }
  };
  return {
    leads() {
      asking ??= decide().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    untilTaken: () => Math.max(1_000, takenOverAfter - (clock.monotonic() - (seen?.since ?? clock.monotonic()))),
    async release() {
      if (ours === undefined || !isGood(clock.monotonic() - ours.at)) return;
      await ref.remove(ours.oid);
    },
  };
}
