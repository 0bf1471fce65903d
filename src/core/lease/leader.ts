import type { Oid } from "../repository.ts";
import { takeoverMargin } from "./steps.ts";

/** Who shows people how things are, where several hubs look after one repository. */
export const leaderRef = "refs/coppice/leader";

/** How long a leader's word is good for, seconds. */
export const leaderSeconds = 300;

/** A hub's word that it leads: the message of the commit at the leader's ref. */
export interface LeaderWord {
  readonly version: 1;
  readonly hub: string;
  /** Random per commit: two hubs never push the same one. */
  readonly nonce: string;
  readonly seconds: number;
}

/** What one hub knows of the leader's ref. */
export interface LeaderSight {
  /** The commit there; absent: nobody leads. */
  readonly oid?: Oid;
  /** This hub made it, in this life or an earlier one. */
  readonly isOurs: boolean;
  /** Milliseconds since this life of the hub made it; infinite when it did not. */
  readonly age: number;
  /** Milliseconds, on this hub's monotonic clock, that this very commit has been seen. */
  readonly unchangedFor: number;
}

/** `renew`: it leads already, as long as its word is good. `take`: nobody does, or whoever did is gone. */
export type LeaderStep = "lead" | "renew" | "take" | "follow";

/** What a hub that has something to show does about the lead. */
export function leaderStep({ oid, isOurs, age, unchangedFor }: LeaderSight): LeaderStep {
  if (oid === undefined) return "take";
  if (isOurs) return age < (leaderSeconds * 1_000) / 2 ? "lead" : isGood(age) ? "renew" : "take";
  return unchangedFor >= takenOverAfter ? "take" : "follow";
}

/** Whether a word of this hub is still good after so many milliseconds. */
export function isGood(age: number): boolean {
  return age < leaderSeconds * 1_000;
}

/** A leader that was not heard of for so long is gone, milliseconds. */
export const takenOverAfter = leaderSeconds * 1_000 + takeoverMargin;
