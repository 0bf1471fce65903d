import { expect } from "vitest";
import type { PlannedTask, TaskKey } from "../../../../src/core/task/task.ts";
import { task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import { finalState, historyOf } from "../../embedded/final-state.ts";
import { hurriedClock } from "../../embedded/hurried-clock.ts";
import { playEmbedded } from "../../embedded/play.ts";
import { openEmbeddedWorld } from "../../embedded/world.ts";
import { check } from "../../history/check.ts";
import type { Random } from "../../random.ts";

const tasksPerPlan = 100;
const config = "merge: auto\nverify: npm test\nmax-agents: 20\ncreate-ahead: 100\nmax-tasks: 100";

chaos(19, "on the embedded forge", async ({ count, random }) => {
  const world = await openEmbeddedWorld({ clock: hurriedClock(5) });
  try {
    let requests = 0;
    for (let done = 0; done < count; done += tasksPerPlan) {
      const goal = `Goal ${done}`;
      const tasks = deepPlan(random, goal, Math.min(tasksPerPlan, count - done));
      const game = await playEmbedded(world, { tasks, goal, config, workers: 20, slots: 1 });
      await game.done(1_800);
      await game.stop();
      requests = world.embedded.requests().reduce((sum, one) => sum + one.count, 0);
    }
    const state = await finalState(world);
    expect(check(historyOf(state))).toEqual([]);
    expect(state.pulls).toHaveLength(count);
    return { tasks: count, requests };
  } finally {
    await world.close();
  }
});

/** Each task waits for up to two of the five before it. */
function deepPlan(random: Random, goal: string, count: number): readonly PlannedTask[] {
  return Array.from({ length: count }, (_, at) => {
    const near = Array.from({ length: Math.min(at, 5) }, (_, back): TaskKey => `T${at - back}`);
    return task(`T${at + 1}`, random.shuffle(near).slice(0, random.below(3)), { title: `${goal}, task ${at + 1}` });
  });
}
