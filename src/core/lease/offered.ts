import type { Lease } from "./lease.ts";

/** So many seconds after the hub offered this epoch: ISO 8601, by the hub's clock; undefined where no hub said when that was. */
export function afterOffer({ offeredAt }: Pick<Lease, "offeredAt">, seconds: number): string | undefined {
  if (offeredAt === undefined) return undefined;
  const time = new Date(Date.parse(offeredAt) + seconds * 1_000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
