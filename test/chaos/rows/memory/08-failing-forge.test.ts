import { expect } from "vitest";
import { chaos } from "../../chaos.ts";
import { check } from "../../history/check.ts";
import { failing } from "../../hub/failing-forge.ts";
import { finalState, historyOf } from "../../hub/final-state.ts";
import { playThreads } from "../../hub/play.ts";

/** Who is refused again and again rests up to a minute in between; milliseconds. */
const patience = 20 * 60_000;

/** Of all calls of the adapter, which has tried several times before it gives one up. */
const share = 0.1;

chaos(8, "in memory", async ({ count, random }) => {
  const failures = { before: 0, after: 0 };
  for (let round = 0; round < count; round += 1) {
    const play = { seed: random.below(2 ** 31), comments: 12, patience };
    const undisturbed = await finalState(await playThreads(play));
    const stage = await playThreads({ ...play, forgeOf: (forge) => failing(forge, share, random, failures) });
    expect(check(historyOf(stage))).toEqual([]);
    expect(await finalState(stage)).toEqual(undisturbed);
  }
  return { plays: count, "lost before the effect": failures.before, "lost after it": failures.after };
});
