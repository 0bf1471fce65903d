import { expect } from "vitest";
import type { Life } from "../../../reconciler/life.ts";
import { newLife } from "../../../reconciler/life.ts";
import type { Task } from "../../chaos.ts";
import { chaos } from "../../chaos.ts";
import { check } from "../../history/check.ts";
import { finalState, historyOf } from "../../hub/final-state.ts";
import { playThreads } from "../../hub/play.ts";

/** Two threads: plans made, changed, approved and done. */
const comments = 12;

/** What people find in the end when the hub has died so. */
async function play(seed: number, lives: readonly Life[]) {
  const stage = await playThreads({ seed, comments, lives });
  expect(check(historyOf(stage))).toEqual([]);
  return finalState(stage);
}

async function undisturbed({ random }: Task) {
  const seed = random.below(2 ** 31);
  const life = newLife();
  const state = await play(seed, [life]);
  expect(new Set(state.plans.map(({ status }) => status))).toEqual(new Set(["done"]));
  return { seed, state, calls: life.calls };
}

chaos(4, "once, before or after any call", async (task) => {
  const { seed, state, calls } = await undisturbed(task);
  const all = Array.from({ length: calls }, (_, call) => call + 1).flatMap((call) => [
    newLife(call, "before"),
    newLife(call, "after"),
  ]);
  const lives = task.random.shuffle(all).slice(0, task.count);
  for (const life of lives) {
    expect(await play(seed, [life]), `died ${life.moment} call ${life.endsAt} of ${calls}`).toEqual(state);
  }
  return { "calls of a hub": calls, deaths: lives.length };
});

chaos(4, "again and again", async (task) => {
  const { seed, state, calls } = await undisturbed(task);
  let deaths = 0;
  for (let round = 0; round < task.count; round += 1) {
    const lives = Array.from({ length: 1 + task.random.below(8) }, () =>
      newLife(1 + task.random.below(calls / 3), task.random.pick(["before", "after"])),
    );
    expect(await play(seed, lives), lives.map(({ endsAt, moment }) => `${moment} ${endsAt}`).join(", ")).toEqual(state);
    deaths += lives.filter(({ isOver }) => isOver).length;
  }
  expect(deaths).toBeGreaterThan(0);
  return { deaths };
});

chaos(4, "beside another hub", async (task) => {
  const { seed, state, calls } = await undisturbed(task);
  let deaths = 0;
  for (let round = 0; round < task.count; round += 1) {
    const lives = Array.from({ length: task.random.below(4) }, () => {
      return newLife(1 + task.random.below(calls), task.random.pick(["before", "after"]));
    });
    const half = task.random.below(lives.length + 1);
    const stage = await playThreads({ seed, comments, lives: lives.slice(0, half), beside: lives.slice(half) });
    const what = lives.map(({ endsAt, moment }) => `${moment} ${endsAt}`).join(", ");
    expect(check(historyOf(stage)), what).toEqual([]);
    expect(await finalState(stage), what).toEqual(state);
    deaths += lives.filter(({ isOver }) => isOver).length;
  }
  return { plays: task.count, deaths };
});
