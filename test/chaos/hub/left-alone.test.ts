import { expect, it } from "vitest";
import { newLife } from "../../reconciler/life.ts";
import { check } from "../history/check.ts";
import { finalState, historyOf } from "./final-state.ts";
import { playThreads } from "./play.ts";

/** Long enough for whatever a dead hub held or announced to count as left behind, milliseconds. */
const aftermath = 500_000;

it("a hub that dies and never comes back leaves nothing undone or doubled for the one beside it", async () => {
  const play = { seed: 5, comments: 6, beside: [], aftermath };
  const life = newLife();
  const undisturbed = await finalState(await playThreads({ ...play, lives: [life] }));
  expect(new Set(undisturbed.plans.map(({ status }) => status))).toEqual(new Set(["done"]));
  for (const moment of ["before", "after"] as const) {
    const death = newLife(Math.floor(life.calls * (moment === "before" ? 0.5 : 0.8)), moment);
    const stage = await playThreads({ ...play, lives: [death], staysDead: true });
    const what = `died ${death.moment} call ${death.endsAt} of ${life.calls}`;
    expect(death.isOver, what).toBe(true);
    expect(check(historyOf(stage)), what).toEqual([]);
    expect(await finalState(stage), what).toEqual(undisturbed);
  }
});
