import { expect } from "vitest";
import type { PlannedTask, TaskKey } from "../../../../src/core/task/task.ts";
import type { Stage } from "../../../reconciler/stage.ts";
import { openStage, task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import { MemoryWatch } from "../../large/memory-watch.ts";
import { Waiting } from "../../large/waiting.ts";
import type { Random } from "../../random.ts";

const tasksPerPlan = 50;
const slots = { workers: 20, each: 2 };
/** Milliseconds. */
const aRun = 60_000;

/** In ten minutes of waiting a task counts as one priority higher: a low one is as good as a high one after twenty. */
const promoted = 20 * 60_000;

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
  const config = `merge: auto\nverify: npm test\nmax-agents: 64\nmax-tasks: ${tasksPerPlan}\ncreate-ahead: ${tasksPerPlan}`;
  const stage = openStage({ config, workers, runMilliseconds: aRun });
  const memory = new MemoryWatch();
  const tasks = Array.from({ length: Math.ceil(count / tasksPerPlan) }, () => deepPlan(random));
  const plans = new Map(tasks.map((plan, at) => [stage.approve(plan, `Goal ${at + 1}`), plan]));
  const waiting = new Waiting(plans);
  const open = () => [...plans.keys()].filter((plan) => stage.world.issues.get(plan)?.state !== "closed");
  stage.start();
  for (let turn = 0; open().length > 0; turn += 1) {
    await stage.pass(5_000);
    waiting.note(stage);
    if (turn % 100 === 0) memory.note();
    forgetPast(stage);
    if (turn > 100 * count) throw new Error(`${open().length} plans do not end`);
  }
  const hours = stage.clock.monotonic() / 3_600_000;
  await stage.stop();
  const all = plans.size * tasksPerPlan;
  expect(stage.dispatch.accepted).toHaveLength(all);
  expect(waiting.done).toBe(all);
  // Whoever is promoted is still one of many: all that could be ahead of it takes its turn.
  const turns = (waiting.mostReady / (slots.workers * slots.each)) * aRun;
  expect(waiting.longest, "no task waits for ever").toBeLessThan(promoted + 2 * turns + 5 * aRun);
  expect(waiting.leastAtHalf, "no plan is left behind").toBeGreaterThan(0.1);
  // The forge's own data lies in the same process, and is counted.
  expect(memory.heap).toBeLessThan(300);
  expect(memory.resident).toBeLessThan(300);
  return {
    tasks: all,
    plans: plans.size,
    workers: slots.workers,
    "virtual hours": Math.round(hours * 10) / 10,
    "ready at once at most": waiting.mostReady,
    "minutes a task waited at most": Math.round(waiting.longest / 60_000),
    "minutes a low task waited on average": Math.round(waiting.average("low") / 60_000),
    "minutes a high task waited on average": Math.round(waiting.average("high") / 60_000),
    "% of the slowest plan done at half time": Math.round(100 * waiting.leastAtHalf),
    "CPU seconds": Math.round(memory.cpuSeconds),
    "MiB of heap more, forge included": Math.round(memory.heap),
    "MiB resident more, forge included": Math.round(memory.resident),
  };
});

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
