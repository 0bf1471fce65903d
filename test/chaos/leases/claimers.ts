import { createLeases } from "../../../src/git/leases.ts";
import type { Mirror } from "../../../src/git/mirror.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Leases } from "../../../src/ports/leases.ts";
import { makeMirror, quiet } from "../../git/origin.ts";
import { systemClock } from "../../git/system-clock.ts";
import type { Remote } from "./remote.ts";

/** A machine that claims: a mirror of its own, and what the product does with it. */
export interface Claimer {
  readonly name: string;
  readonly mirror: Mirror;
  readonly leases: Pick<Leases, "swap">;
}

/** How a machine moves leases: as the product does, or in a way that must be caught. */
export type Hands = (mirror: Mirror, clock: Clock) => Pick<Leases, "swap">;

/** The product's own. */
export const product: Hands = (mirror, clock) => createLeases({ mirror, clock, log: quiet, defaultBranch: "main" });

/** So many machines on one repository. */
export function openClaimers(remote: Remote, count: number, hands: Hands = product): Promise<Claimer[]> {
  const names = Array.from({ length: count }, (_, at) => `machine-${at}`);
  return Promise.all(
    names.map(async (name) => {
      const mirror = await makeMirror(remote.folder, name, remote.url, remote.token);
      return { name, mirror, leases: hands(mirror, systemClock) };
    }),
  );
}
