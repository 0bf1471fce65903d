import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Explanation } from "../../../src/core/queue/explain.ts";
import { explainPlan } from "../../../src/core/queue/explain.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { reconcile } from "../../../src/core/queue/reconcile.ts";
import { wakeAfter } from "../../../src/core/queue/wake-after.ts";
import type { Failure } from "../../../src/core/run/run.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import { plannedTask } from "./snapshots.ts";
import type { Deed } from "./world.ts";
import { deedNames, World } from "./world.ts";

const hour = 60 * 60_000;

type Happening =
  | { readonly kind: "reconcile" | "offer" | "pause-plan" | "resume-plan" | "close-plan" | "lose-worker" }
  | { readonly kind: "pass"; readonly milliseconds: number }
  | { readonly kind: "end"; readonly task: number; readonly outcome: "published" | Failure["kind"] | "vanish" }
  | { readonly kind: "steer"; readonly task: number; readonly command: "pause" | "resume" | "stop" | "retry" }
  | { readonly kind: "agent"; readonly task: number; readonly agent: "claude-code" | "codex" | "nobody" }
  | { readonly kind: "person"; readonly task: number; readonly deed: Deed };

const anyOutcome = fc.constantFrom<"published" | Failure["kind"] | "vanish">(
  ...(["published", "published", "verify-failed", "verify-failed", "verify-failed", "verify-failed"] as const),
  ...(["no-change", "quota", "internal", "lease-lost", "vanish"] as const),
);

const task = fc.nat({ max: 4 });
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { arbitrary: fc.constant({ kind: "reconcile" } as const), weight: 10 },
  { arbitrary: fc.constant({ kind: "offer" } as const), weight: 10 },
  { arbitrary: fc.record({ kind: fc.constant("end" as const), task, outcome: anyOutcome }), weight: 12 },
  {
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      milliseconds: fc.constantFrom(1_000, 60_000, 20 * 60_000),
    }),
    weight: 8,
  },
  {
    arbitrary: fc.record({ kind: fc.constant("person" as const), task, deed: fc.constantFrom(...deedNames) }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("steer" as const),
      task,
      command: fc.constantFrom("pause" as const, "resume" as const, "stop" as const, "retry" as const),
    }),
    weight: 2,
  },
  fc.record({
    kind: fc.constant("agent" as const),
    task,
    agent: fc.constantFrom("claude-code" as const, "codex" as const, "nobody" as const),
  }),
  fc.constantFrom(...(["pause-plan", "resume-plan", "close-plan", "lose-worker"] as const).map((kind) => ({ kind }))),
);

const anyPlan = fc.integer({ min: 1, max: 5 }).chain((count) =>
  fc.tuple(
    ...Array.from({ length: count }, (_, index) =>
      fc
        .subarray(
          Array.from({ length: index }, (_, before): TaskKey => `T${before + 1}`),
          { maxLength: Math.min(2, index) },
        )
        .map((needs) => plannedTask(`T${index + 1}`, needs)),
    ),
  ),
);

const anyPolicy = fc
  .record({
    merge: fc.constantFrom("auto" as const, "auto" as const, "manual" as const),
    attempts: fc.constantFrom(1, 3, 9),
    ...{ createAhead: fc.constantFrom(1, 25), maxAgents: fc.integer({ min: 1, max: 3 }) },
    maxAgentsPerPlan: fc.integer({ min: 1, max: 3 }),
    budget: fc.constantFrom({}, {}, { plan: { tokens: 250 } }, { task: { tokens: 150 } }, { day: { tokens: 300 } }),
  })
  .map((policy) => ({ ...defaultPolicy, checksGraceSeconds: 0, ...policy }));

describe("whatever happens to a plan", () => {
  it("no task runs before its needs are done, none is held twice, limits hold, and nothing merges that is paused", () => {
    inEveryWorld((world, happenings) => {
      for (const happening of happenings) {
        if (happening.kind === "reconcile") checkPause(world);
        const before = new Set(world.running());
        happen(world, happening);
        if (happening.kind === "offer") checkStarts(world, before);
      }
    });
  });

  it("what reconcile wants, once performed, it does not want again", () => {
    inEveryWorld((world, happenings) => {
      for (const happening of happenings) happen(world, happening);
      settle(world);
      expect(reconcile(world.snapshot(), world.policy, world.now)).toEqual(
        world.finished ? [{ kind: "finish-plan" }] : [],
      );
    });
  });

  it("it finishes once people do what the explanation says would help", () => {
    inEveryWorld((world, happenings) => {
      for (const happening of happenings) happen(world, happening);
      for (let round = 0; round < 80 && !world.finished; round++) {
        settle(world);
        world.offer();
        const working = world.running();
        for (const key of working) world.end(key, "published");
        settle(world);
        if (working.length === 0 && !world.finished) helpOn(world);
      }
      expect(world.finished, explained(world)).toBe(true);
    });
  });
});

/** Any plan and policy, and whatever may happen to them. */
function inEveryWorld(law: (world: World, happenings: readonly Happening[]) => void): void {
  const story = fc.array(anyHappening, { maxLength: 100, size: "max" });
  const property = fc.property(anyPlan, anyPolicy, story, (tasks, policy, happenings) =>
    law(new World(tasks, policy), happenings),
  );
  fc.assert(property, { numRuns: 200 });
}

function happen(world: World, happening: Happening): void {
  const { kind } = happening;
  const key = "task" in happening ? subject(world, happening) : undefined;
  if (world.finished) return;
  if (kind === "reconcile") world.perform(reconcile(world.snapshot(), world.policy, world.now));
  if (kind === "offer") world.offer();
  if (kind === "pass") world.pass(happening.milliseconds);
  if (kind === "pause-plan" || kind === "resume-plan") world.steerPlan(kind === "pause-plan" ? "pause" : "resume");
  if (kind === "close-plan") world.parent = "closed";
  if (kind === "lose-worker") for (const worker of world.workers) worker.connected = false;
  if (key === undefined) return;
  // Times in records tell moments apart.
  world.pass(1);
  if (kind === "end" && happening.outcome === "vanish") world.vanish(key);
  else if (kind === "end" && happening.outcome !== "vanish") world.end(key, happening.outcome);
  if (kind === "steer") world.steer({ kind: happening.command, key });
  if (kind === "agent") world.steer({ kind: "assign", key, agent: happening.agent });
  if (kind === "person") world.person(key, happening.deed);
}

/** What ends is running, and what is done to a pull request needs one; anything may happen to anything else. */
function subject(world: World, happening: Extract<Happening, { task: number }>): TaskKey | undefined {
  const all = [...world.tasks.keys()];
  const open = [...world.tasks].flatMap(([key, { pull }]) => (pull?.state === "open" ? [key] : []));
  const ofPull = happening.kind === "person" && ["merge", "close-pull", "conflict", "rebase"].includes(happening.deed);
  const choice = happening.kind === "end" ? world.running() : ofPull ? open : all;
  return choice[happening.task % Math.max(1, choice.length)];
}

/** Performs what is wanted until nothing is; a plan that is done is not looked at any more. */
function settle(world: World): void {
  for (let pass = 0; pass < 30 && !world.finished; pass++) {
    const effects = reconcile(world.snapshot(), world.policy, world.now);
    if (effects.length === 0) return;
    world.perform(effects);
  }
  if (!world.finished) throw new Error("reconciling does not come to an end");
}

/** What was started just now could be, and nothing is beyond its limits. */
function checkStarts(world: World, before: ReadonlySet<TaskKey>): void {
  const steering = world.record.steering ?? {};
  const running = [...world.tasks.values()].filter(({ run }) => run !== undefined);
  for (const { task, lease, issue, hidden } of running.filter((at) => !before.has(at.task.key))) {
    for (const need of task.needs) expect(world.tasks.get(need)?.issue).toMatchObject({ reason: "completed" });
    expect(lease?.lease.phase).toBe("running");
    expect({ issue: issue?.state, hidden, parent: world.parent }).toEqual({
      issue: "open",
      hidden: false,
      parent: "open",
    });
    expect(steering.paused).toBeUndefined();
    expect(steering.tasks?.[task.key]?.paused).toBeUndefined();
    expect(issue?.labels).not.toContain("coppice:paused");
    expect(running.length).toBeLessThanOrEqual(Math.min(world.policy.maxAgents, world.policy.maxAgentsPerPlan));
  }
  for (const { id, slots } of world.workers) {
    expect(running.filter(({ run }) => run?.worker === id).length).toBeLessThanOrEqual(slots);
  }
  expect(new Set(running.map(({ run }) => run?.run)).size).toBe(running.length);
}

function checkPause(world: World): void {
  const snapshot = world.snapshot();
  if (snapshot.state.record.steering?.paused === undefined) return;
  const kinds = reconcile(snapshot, world.policy, world.now).map(({ kind }) => kind);
  expect(kinds).not.toContain("merge-pull");
  expect(kinds).not.toContain("create-task-issues");
}

/** Does what one explanation says, by its rule; where it says nothing, time must be what it waits for. */
function helpOn(world: World): void {
  const snapshot = world.snapshot();
  const pause = wakeAfter(snapshot, world.policy, world.now);
  const queue = world.queue(snapshot);
  const all = explainPlan({ snapshot, policy: world.policy, now: world.now, queue });
  const open = all.filter(({ state }) => state !== "done" && state !== "dropped");
  const dropped = all.filter(({ state }) => state === "dropped");
  const stuck = open.filter(({ help }) => help.length > 0);
  if (stuck.length === 0 && pause === undefined && open.length > 0)
    throw new Error(`nothing would help: ${explained(world)}`);
  if (pause !== undefined) world.pass(pause);
  for (const one of [...stuck, ...(open.length === 0 ? dropped : [])]) takeAdvice(world, one);
}

function takeAdvice(world: World, { key, rule, behind }: Explanation): void {
  world.pass(1);
  const advice = cures[rule];
  if (advice === undefined && behind.length === 0)
    throw new Error(`nobody knows how to help with ${rule}: ${explained(world)}`);
  advice?.(world, key);
}

const cures: Readonly<Record<string, (world: World, key: TaskKey) => void>> = {
  "plan-paused": (world) => world.steerPlan("resume"),
  "plan-closed": (world) => {
    world.parent = "open";
  },
  paused: (world, key) => {
    world.person(key, "unlabel");
    world.steer({ kind: "resume", key });
  },
  failed: (world, key) => world.steer({ kind: "retry", key, agent: "codex" }),
  dropped: (world, key) => world.person(key, "reopen"),
  "need-dropped": (world) => dropped(world),
  "need-failed": () => undefined,
  "pull-closed": (world, key) => world.steer({ kind: "retry", key }),
  reopened: (world, key) => world.person(key, "complete"),
  missing: (world, key) => world.person(key, "show"),
  blockers: (world, key) => world.person(key, "unblock"),
  budget: (world) => {
    world.policy = { ...world.policy, budget: {} };
  },
  breaker: (world) => world.steerPlan("resume"),
  parked: (world) => world.pass(hour),
  "back-off": (world) => world.pass(hour),
  manual: (world, key) => world.person(key, "merge"),
  hold: (world) => {
    world.steerPlan("resume");
    world.parent = "open";
  },
  "other-head": (world, key) => world.person(key, "merge"),
  "nothing-checked": (world, key) => world.person(key, "merge"),
  "pull-unseen": (world, key) => world.person(key, "complete"),
  "no-worker": (world) => {
    for (const worker of world.workers) worker.connected = true;
  },
  "no-agent": (world, key) => world.steer({ kind: "assign", key, agent: null }),
};

function dropped(world: World): void {
  for (const [key, { issue }] of world.tasks) {
    if (issue?.state === "closed" && issue.reason === "not_planned") world.person(key, "complete");
    if (issue?.reason === "not_planned") {
      world.person(key, "reopen");
      world.person(key, "complete");
    }
  }
}

function explained(world: World): string {
  const snapshot = world.snapshot();
  const all = explainPlan({ snapshot, policy: world.policy, now: world.now, queue: world.queue(snapshot) });
  return all.map((one) => JSON.stringify(one)).join("\n");
}
