import { expect } from "vitest";
import { task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import { hurriedClock } from "../../embedded/hurried-clock.ts";
import { playEmbedded } from "../../embedded/play.ts";
import type { EmbeddedWorld } from "../../embedded/world.ts";
import { openEmbeddedWorld, place } from "../../embedded/world.ts";

chaos(18, "on the embedded forge", async ({ count }) => {
  const world = await openEmbeddedWorld({ clock: hurriedClock(10) });
  try {
    // Two pull requests wait for a person, and a task for both of them.
    const tasks = [task("T1"), task("T2"), task("T3", ["T1", "T2"])];
    const game = await playEmbedded(world, { tasks, config: "merge: manual\nverify: npm test" });
    await expect
      .poll(async () => (await world.ada.pulls.list(place)).data.length, { timeout: 60_000, interval: 200 })
      .toBe(2);
    await game.reconciler.reconcileAll();
    await game.reconciler.reconcileAll();
    const before = requests(world);
    for (let look = 0; look < count; look += 1) await game.reconciler.reconcileAll();
    const after = requests(world);
    await game.stop();
    expect(before.writes.length).toBeGreaterThan(3);
    expect(after.reads).toBeGreaterThan(before.reads);
    expect(after.writes).toEqual(before.writes);
    return { looks: count, reads: after.reads - before.reads, writes: 0 };
  } finally {
    await world.close();
  }
});

/** What only looks: REST's and git's reads, and GraphQL's queries by the names the adapter gives them. */
const reads = /^GET |git-upload-pack$|^POST \/graphql (?!.*(Create|Add|Remove|Update|Commit|Close|Merge|Pin))/;

function requests({ embedded }: EmbeddedWorld): { reads: number; writes: readonly string[] } {
  const all = embedded.requests();
  const looks = all.filter(({ route }) => reads.test(route));
  return {
    reads: looks.reduce((sum, { count }) => sum + count, 0),
    writes: all.filter(({ route }) => !reads.test(route)).map(({ route, count }) => `${route}: ${count}`),
  };
}
