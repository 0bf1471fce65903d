import { expect } from "vitest";
import type { PlannedTask, TaskKey } from "../../../../src/core/task/task.ts";
import type { Stage } from "../../../reconciler/stage.ts";
import { openStage, task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import type { Random } from "../../random.ts";

const tasksPerPlan = 100;
const slots = { workers: 20, each: 2 };
/** Milliseconds. */
const aRun = 60_000;

/** A deep graph: each task waits for up to three of the ten before it. */
function deepPlan(random: Random): readonly PlannedTask[] {
  return Array.from({ length: tasksPerPlan }, (_, at) => {
    const near = Array.from({ length: Math.min(at, 10) }, (_, back): TaskKey => `T${at - back}`);
    const needs = random.shuffle(near).slice(0, random.below(4));
    return task(`T${at + 1}`, needs, { priority: random.pick(["high", "high", "normal", "low"]) });
  });
}

/** What there is of a plan's past in memory serves no test here, and would be most of it. */
function forgetPast({ world, journal }: Stage): void {
  world.ledger.splice(0, Math.max(0, world.ledger.length - 20));
  journal.clear();
}

chaos(19, "on the memory forge", async ({ count, random }) => {
  const workers = Object.fromEntries(Array.from({ length: slots.workers }, (_, at) => [`worker-${at}`, slots.each]));
  const config = "merge: auto\nverify: npm test\nmax-agents: 64\nmax-tasks: 100\ncreate-ahead: 100";
  const stage = openStage({ config, workers, runMilliseconds: aRun });
  const before = process.memoryUsage().heapUsed;
  const plans = Array.from({ length: Math.ceil(count / tasksPerPlan) }, (_, at) =>
    stage.approve(deepPlan(random), `Goal ${at + 1}`),
  );
  stage.start();
  const open = () => plans.filter((plan) => stage.world.issues.get(plan)?.state !== "closed");
  const begin = stage.clock.monotonic();
  for (let turn = 0; open().length > 0; turn += 1) {
    await stage.pass(5_000);
    forgetPast(stage);
    if (turn > 100 * count) throw new Error(`${open().length} plans do not end`);
  }
  const hours = (stage.clock.monotonic() - begin) / 3_600_000;
  const heap = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  await stage.stop();
  const done = stage.dispatch.accepted.length;
  expect(done).toBe(plans.length * tasksPerPlan);
  expect(heap).toBeLessThan(300);
  return {
    tasks: done,
    workers: slots.workers,
    "virtual hours": Math.round(hours * 10) / 10,
    "MiB of heap": Math.round(heap),
  };
});

/** In ten minutes of waiting a task counts as one priority higher: a low one is as good as a high one after twenty. */
const promoted = 20 * 60_000;

chaos(19, "a low task among ever new high ones", async ({ count, random }) => {
  let longest = 0;
  for (let round = 0; round < count; round += 1) {
    const length = 14 + random.below(6);
    // Four chains, two slots: a fresh high task is always there to be preferred.
    const chains = Array.from({ length: 4 * length }, (_, at): PlannedTask => {
      return task(`T${at + 2}`, at < 4 ? [] : [`T${at - 2}`], { priority: "high" });
    });
    const stage = openStage({
      config: "merge: auto\nverify: npm test\nmax-agents: 2\nmax-tasks: 250\ncreate-ahead: 100",
      workers: { one: 2 },
      runMilliseconds: 2 * aRun,
    });
    const plan = stage.approve([task("T1", [], { priority: "low" }), ...chains]);
    stage.start();
    const isStarted = () => stage.dispatch.accepted.some(({ offer }) => offer.task.key === "T1");
    await stage.until(isStarted, 4 * promoted);
    const open = chains.length - stage.dispatch.accepted.length;
    expect(open, "high tasks are left").toBeGreaterThan(0);
    longest = Math.max(longest, stage.clock.monotonic());
    await stage.until(() => stage.world.issues.get(plan)?.state === "closed", 10 * promoted);
    await stage.stop();
  }
  expect(longest).toBeLessThan(promoted + 10 * aRun);
  return { plays: count, "minutes a low task waited at most": Math.round(longest / 60_000) };
});
