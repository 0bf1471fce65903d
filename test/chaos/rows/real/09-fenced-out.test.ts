import { expect } from "vitest";
import type { Task } from "../../chaos.ts";
import { chaos } from "../../chaos.ts";
import { check } from "../../history/check.ts";
import { openClaimers } from "../../leases/claimers.ts";
import { fence } from "../../leases/fencing.ts";
import { publishing } from "../../leases/publishers.ts";
import { openRemote } from "../../leases/remote.ts";

for (const [name, isPartition] of [
  ["partitions", true],
  ["races", false],
] as const) {
  chaos(9, name, (task) => play(task, isPartition));
}

async function play({ count, random }: Task, isPartition: boolean) {
  const remote = await openRemote("file");
  try {
    const [first, second] = await openClaimers(remote, 2);
    if (first === undefined || second === undefined) throw new Error("two are needed");
    const options = { remote, workers: [first, second], rounds: count, random, isPartition } as const;
    const { history, stale } = await fence({ ...options, push: publishing });
    expect(check(history)).toEqual([]);
    const published = history.filter((event) => event.kind === "told").length;
    expect(published).toBe(count);
    if (isPartition) expect(stale).toBe(count);
    return { "stale publishes refused": stale, published, "stale publishes": 0 };
  } finally {
    await remote.close();
  }
}
