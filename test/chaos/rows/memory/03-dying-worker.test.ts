import { expect } from "vitest";
import type { PlannedTask, TaskKey } from "../../../../src/core/task/task.ts";
import { openStage, task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import { check } from "../../history/check.ts";
import { historyOf } from "../../hub/final-state.ts";
import type { Random } from "../../random.ts";

chaos(3, "in memory", async ({ count, random }) => {
  let deaths = 0;
  let tasks = 0;
  while (deaths < count) {
    const workers = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`worker-${at}`, 1]));
    const stage = openStage({
      config: "merge: auto\nverify: npm test\nmax-agents: 8",
      workers,
      // Some come back without the run, of some nothing is heard again: their leases have to run out.
      fateOf: () => {
        if (deaths >= count || !random.chance(0.4)) return { kind: "publish" };
        deaths += 1;
        return { kind: random.chance(0.7) ? "vanish" : "silent" };
      },
    });
    const plan = stage.approve(randomPlan(random));
    stage.start();
    await stage.until(() => stage.world.issues.get(plan)?.state === "closed", 24 * 3_600_000);
    await stage.pass(10_000);
    await stage.stop();
    expect(check(historyOf(stage))).toEqual([]);
    expect([...stage.world.branches.keys()]).toEqual(["main"]);
    tasks += stage.world.pulls.size;
  }
  return { deaths, tasks };
});

function randomPlan(random: Random): readonly PlannedTask[] {
  return Array.from({ length: 10 }, (_, at) => {
    const earlier = Array.from({ length: at }, (_, back): TaskKey => `T${at - back}`);
    return task(`T${at + 1}`, random.shuffle(earlier).slice(0, random.below(3)));
  });
}
