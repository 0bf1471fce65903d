import { describe, expect, it } from "vitest";
import type { Life } from "./life.ts";
import { newLife } from "./life.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

/** A diamond: something to do in parallel, something that waits for two. */
const tasks = [task("T1"), task("T2", ["T1"]), task("T3", ["T1"]), task("T4", ["T2", "T3"])];
const config = "merge: auto\nverify: npm test";

describe("a hub that dies", () => {
  /** Before one call is nearly after the call before it: a sample of those is enough. */
  it.each([
    ["after", 1],
    ["before", 7],
  ] as const)(
    "%s any one of its calls leaves nothing lost and nothing twice: the next one ends as if nothing had happened",
    async (moment, step) => {
      const life = newLife();
      const undisturbed = await play(life);
      expect(undisturbed).toMatchObject({ status: "done", leases: 0, branches: ["main"] });
      expect(life.calls).toBeGreaterThan(50);
      for (let call = 1; call <= life.calls; call += step) {
        expect(await play(newLife(call, moment)), `died ${moment} call ${call} of ${life.calls}`).toEqual(undisturbed);
      }
    },
  );
});

/** It is the same one in its next life. */
const hub = { hubId: "hub" };

/** Plays the plan to its end, with another hub as soon as the first is dead; gives what people find afterwards. */
async function play(life: Life) {
  const stage = openStage({ config, runMilliseconds: 500 });
  const plan = stage.approve(tasks);
  stage.start(life, hub);
  await stage.until(() => life.isOver || isClosed(stage, plan));
  await stage.pass(2_000);
  if (life.isOver) {
    stage.start(undefined, hub);
    await stage.until(() => isClosed(stage, plan));
    await stage.pass(2_000);
  }
  await stage.stop();
  return finalState(stage, plan);
}

function isClosed(stage: Stage, plan: number): boolean {
  return stage.world.issues.get(plan)?.state === "closed";
}

async function finalState({ world, leases, state }: Stage, plan: number) {
  const { record, folded } = await state(plan);
  const issues = [...world.issues.values()].map(({ title, state, reason, labels }) => {
    return { title, state, reason, labels: [...labels].toSorted() };
  });
  return {
    status: record.status.kind,
    folded,
    issues,
    pulls: [...world.pulls.values()].map((pull) => `${pull.title}: ${pull.state}`).toSorted(),
    comments: [...world.comments.values()].map(({ body }) => body.split("\n").slice(1, 2)),
    leases: leases.current.size,
    branches: [...world.branches.keys()],
  };
}
