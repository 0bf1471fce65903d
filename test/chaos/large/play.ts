import { z } from "zod";
import type { PlannedTask, TaskKey } from "../../../src/core/task/task.ts";
import type { Stage } from "../../reconciler/stage.ts";
import { openStage, task } from "../../reconciler/stage.ts";
import type { Random } from "../random.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { Waiting } from "./waiting.ts";

const tasksPerPlan = 50;
const slots = { workers: 20, each: 2 };
/** Milliseconds of the stage's clock. */
const aRun = 60_000;

/** What was observed while plans were carried out on the memory forge; times are the stage's minutes. */
export const observed = z.object({
  tasks: z.number(),
  plans: z.number(),
  workers: z.number(),
  done: z.number(),
  begun: z.number(),
  minutes: z.number(),
  mostReady: z.number(),
  /** How long all that is ready at the worst moment takes the workers. */
  turns: z.number(),
  longestWait: z.number(),
  lowWait: z.number(),
  highWait: z.number(),
  leastAtHalf: z.number(),
  cpuSeconds: z.number(),
  /** MiB more than before; the forge's own data lies in the same process, and is counted. */
  heap: z.number(),
  /** MiB of the whole process, at its most. */
  resident: z.number(),
});
export type Observed = z.infer<typeof observed>;

/** So many tasks in plans of 50, all approved at once, on the memory forge with its own clock, by twenty workers of two slots. */
export async function playLarge(count: number, random: Random): Promise<Observed> {
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
  const minutes = stage.clock.monotonic() / 60_000;
  await stage.stop();
  return {
    tasks: plans.size * tasksPerPlan,
    ...{ plans: plans.size, workers: slots.workers, minutes },
    ...{ done: waiting.done, begun: stage.dispatch.accepted.length, mostReady: waiting.mostReady },
    turns: (waiting.mostReady / (slots.workers * slots.each)) * (aRun / 60_000),
    longestWait: waiting.longest / 60_000,
    lowWait: waiting.average("low") / 60_000,
    highWait: waiting.average("high") / 60_000,
    leastAtHalf: waiting.leastAtHalf,
    ...{ cpuSeconds: memory.cpuSeconds, heap: memory.heap, resident: memory.resident },
  };
}

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
