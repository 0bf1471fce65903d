import { expect } from "vitest";
import { chaos } from "../../chaos.ts";
import { check } from "../../history/check.ts";
import { openClaimers } from "../../leases/claimers.ts";
import { race } from "../../leases/race.ts";
import type { Transport } from "../../leases/remote.ts";
import { openRemote } from "../../leases/remote.ts";

/** The promise speaks of fifty; every `npm test` has time for fewer. */
const claimersOf = (isFull: boolean) => (isFull ? 50 : 6);

for (const transport of ["file", "http"] satisfies Transport[]) {
  chaos(1, `over ${transport}`, async ({ count, random, isFull }) => {
    const remote = await openRemote(transport);
    try {
      const claimers = await openClaimers(remote, claimersOf(isFull));
      const history = await race({ remote, claimers, rounds: count, random });
      expect(check(history)).toEqual([]);
      const owners = history.filter((event) => event.kind === "told" && event.answer === "owner").length;
      expect(owners).toBe(count);
      return { "claimers at once": claimers.length, claims: count * claimers.length, owners };
    } finally {
      await remote.close();
    }
  });
}
