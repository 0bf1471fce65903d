import { expect } from "vitest";
import type { PlannedTask } from "../../../../src/core/task/task.ts";
import { openStage, task } from "../../../reconciler/stage.ts";
import { chaos } from "../../chaos.ts";
import { playApart } from "../../large/apart.ts";
import { playLarge } from "../../large/play.ts";

/** Milliseconds. */
const aRun = 60_000;

/** In ten minutes of waiting a task counts as one priority higher: a low one is as good as a high one after twenty. */
const promoted = 20 * 60_000;

chaos(19, "on the memory forge", async ({ count, random, isFull }) => {
  const seen = isFull ? await playApart(count, random.below(1_000_000)) : await playLarge(count, random);
  expect(seen.done).toBe(seen.tasks);
  expect(seen.begun).toBe(seen.tasks);
  // Whoever is promoted is still one of many: all that could be ahead of it takes its turn.
  expect(seen.longestWait, "no task waits for ever").toBeLessThan(promoted / 60_000 + 2 * seen.turns + 5);
  expect(seen.leastAtHalf, "no plan is left behind").toBeGreaterThan(0.1);
  expect(seen.heap, "MiB").toBeLessThan(300);
  // Of a process that runs the tests, most is not ours.
  if (isFull) expect(seen.resident, "MiB").toBeLessThan(300);
  return {
    tasks: seen.tasks,
    plans: seen.plans,
    workers: seen.workers,
    "virtual hours": Math.round(seen.minutes / 6) / 10,
    "ready at once at most": seen.mostReady,
    "minutes a task waited at most": Math.round(seen.longestWait),
    "minutes a low task waited on average": Math.round(seen.lowWait),
    "minutes a high task waited on average": Math.round(seen.highWait),
    "% of the slowest plan done at half time": Math.round(100 * seen.leastAtHalf),
    "CPU seconds": Math.round(seen.cpuSeconds),
    "MiB of heap, the forge's data included": Math.round(seen.heap),
    "MiB resident at most, of hub and forge": Math.round(seen.resident),
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
