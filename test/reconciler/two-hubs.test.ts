import { describe, expect, it } from "vitest";
import type { PlanState } from "../../src/core/plan/plan.ts";
import { taskMarks } from "../../src/core/task/marker.ts";
import { openPlanStore } from "../../src/planner/plan-store.ts";
import { Reconciler } from "../../src/reconciler/loop.ts";
import type { ReconcilerOptions } from "../../src/reconciler/ports.ts";
import type { Random } from "../chaos/random.ts";
import { seededRandom } from "../chaos/random.ts";
import { memoryDispatch } from "../support/memory-dispatch.ts";
import type { Life } from "./life.ts";
import { mortal, newLife } from "./life.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

const tasks = [task("T1"), task("T2", ["T1"]), task("T3", ["T1"]), task("T4", ["T2", "T3"])];
const config = "merge: auto\nverify: npm test";

/** `npm run test:chaos` has a row of its own for more. */
const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

describe("two hubs that act at the same instant", () => {
  it("make everything once, whatever order their calls take effect in", async () => {
    for (const seed of seeds) {
      const stage = openStage({ config, runMilliseconds: 500 });
      const plan = stage.approve(tasks);
      const random = seededRandom(seed);
      startHub(stage, { id: "one", random: random.fork() });
      startHub(stage, { id: "two", random: random.fork() });
      await stage.until(() => isClosed(stage, plan));
      await stage.pass(10_000);
      expect(made(stage), `seed ${seed}`).toEqual({ issues: everyKey, summaries: 1, planComments: 1, pulls: 4 });
      expect((await stage.state(plan)).record).not.toHaveProperty("creating");
    }
  });

  it("would make things twice if neither heeded the other's word, and of those the younger ones are closed", async () => {
    let doubled = 0;
    for (const seed of seeds.slice(0, 6)) {
      const stage = openStage({ config, runMilliseconds: 500 });
      const plan = stage.approve(tasks);
      const random = seededRandom(seed);
      for (const id of ["one", "two"]) startHub(stage, { id, random: random.fork(), isHeedless: true });
      await stage.until(() => isClosed(stage, plan));
      await stage.pass(10_000);
      doubled += made(stage).issues.length - everyKey.length;
      const open = [...stage.world.issues.values()].filter(({ state }) => state === "open");
      expect(open, `seed ${seed}`).toEqual([]);
    }
    expect(doubled).toBeGreaterThan(0);
  });
});

describe("a hub that dies beside another one", () => {
  it("after any one of its calls leaves nothing lost and nothing twice", async () => {
    const whole = newLife();
    await playBeside(whole);
    const step = Math.max(1, Math.floor(whole.calls / 25));
    for (let call = 1; call <= whole.calls; call += step) {
      const stage = await playBeside(newLife(call, "after"));
      const { issues, planComments, summaries } = openThings(stage);
      expect({ issues, planComments, summaries }, `died after call ${call} of ${whole.calls}`).toEqual({
        ...{ issues: everyKey, planComments: 1, summaries: 1 },
      });
    }
  });
});

const everyKey = ["T1", "T2", "T3", "T4"];

async function playBeside(life: Life): Promise<Stage> {
  const stage = openStage({ config, runMilliseconds: 500 });
  const plan = stage.approve(tasks);
  const random = seededRandom(7);
  startHub(stage, { id: "one", random: random.fork(), life });
  startHub(stage, { id: "two", random: random.fork() });
  await stage.until(() => isClosed(stage, plan));
  await stage.pass(200_000);
  return stage;
}

interface HubOptions {
  readonly id: string;
  readonly random: Random;
  readonly life?: Life;
  /** It sees no intent of anybody. */
  readonly isHeedless?: boolean;
}

/** A hub with workers of its own, every call of which takes a while before and after it takes effect. */
function startHub(stage: Stage, { id, random, life, isHeedless }: HubOptions): void {
  const { clock, leases, people } = stage;
  const dispatch = memoryDispatch({
    ...{ clock, leases, people, runMilliseconds: 500, workers: { [`worker-${random.below(1e9)}`]: 2 } },
    fateOf: () => ({ kind: "publish" }),
  });
  const pause = () => clock.sleep(random.below(60));
  const issues = { ...stage.forge.issues, createTasks: lookThenCreate(stage, pause) };
  const forge = slow({ ...stage.forge, issues }, pause);
  const alive = <T extends object>(target: T) => (life === undefined ? target : mortal(target, life));
  const plans = openPlanStore(alive(slow(stage.forge, pause)).ledger, stage.options.log);
  const options: ReconcilerOptions = {
    ...{ ...stage.options, hubId: id, forge: alive(forge), leases: alive(slow(leases, pause)), dispatch },
    plans: isHeedless
      ? { ...plans, edit: (issue, change) => plans.edit(issue, (state) => change(blind(state))) }
      : plans,
    newId: () => `${id}-${random.below(1e9)}`,
  };
  const reconciler = new Reconciler(options);
  dispatch.listen((run) => reconciler.runEnded(run));
  void reconciler.run(new AbortController().signal);
}

function blind(state: PlanState | undefined): PlanState | undefined {
  if (state === undefined) return undefined;
  const { creating: _, ...record } = state.record;
  return { ...state, record };
}

/** As on GitHub: between looking and creating there is time. */
function lookThenCreate({ forge, world }: Stage, pause: () => Promise<void>): Stage["forge"]["issues"]["createTasks"] {
  return async (parent, wanted, options) => {
    if (options?.first) return forge.issues.createTasks(parent, wanted, options);
    const there = new Set([...world.issues.values()].flatMap(({ body }) => taskMarks.find(body)?.key ?? []));
    await pause();
    const missing = wanted.filter(({ key }) => !there.has(key));
    const made = await forge.issues.createTasks(parent, missing, { first: true });
    const found = await forge.issues.createTasks(
      parent,
      wanted.filter(({ key }) => there.has(key)),
    );
    return new Map([...found, ...made]);
  };
}

function slow<T extends object>(target: T, pause: () => Promise<void>): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      const value: unknown = Reflect.get(object, name, receiver);
      if (typeof value === "object" && value !== null && !(value instanceof Map)) return slow(value, pause);
      if (typeof value !== "function" || name === "unreadable") return value;
      return async (...args: unknown[]) => {
        await pause();
        const answer: unknown = await Reflect.apply(value, object, args);
        await pause();
        return answer;
      };
    },
  });
}

function isClosed(stage: Stage, plan: number): boolean {
  return stage.world.issues.get(plan)?.state === "closed";
}

/** Everything that was ever made, whatever became of it. */
function made({ world, forge }: Stage) {
  const issues = [...world.issues.values()].flatMap(({ body }) => taskMarks.find(body)?.key ?? []).toSorted();
  const own = [...world.comments.values()].filter(({ author }) => author === forge.botLogin).map(({ body }) => body);
  const summaries = own.filter((body) => body.startsWith("<!-- coppice:summary")).length;
  return { issues, summaries, planComments: own.length - summaries, pulls: world.pulls.size };
}

/** The same without issues that were closed as not planned. */
function openThings(stage: Stage) {
  const kept = [...stage.world.issues.values()].filter(({ reason }) => reason !== "not_planned");
  const issues = kept.flatMap(({ body }) => taskMarks.find(body)?.key ?? []).toSorted();
  return { ...made(stage), issues };
}
