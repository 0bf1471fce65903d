import { describe, expect, test } from "vitest";
import type { Act, ActContext } from "../../../src/core/plan/act.ts";
import { act, actAll, stateAfter } from "../../../src/core/plan/act.ts";
import type { PlanState, PlanStatus } from "../../../src/core/plan/plan.ts";
import type { Standing } from "../../../src/core/plan/steer.ts";
import type { Steering } from "../../../src/core/plan/steering.ts";
import type { SteeringCommand } from "../../../src/core/plan/steering-change.ts";
import { planAsSteered } from "../../../src/core/plan/steering-change.ts";
import { samplePlan, sampleRecord } from "./sample-plan.ts";

const context: ActContext = {
  issue: 2,
  by: "ada",
  at: "2026-01-01T10:00:20Z",
  comment: 7,
  hashOf: (plan) => JSON.stringify(plan),
  maxTasks: 5,
  twoPersons: false,
};
const plan = samplePlan({ T1: [], T2: ["T1"], T3: ["T2"] });
const hash = context.hashOf(plan);
const approval = { revision: 1, hash, by: "bob", comment: 6, at: "2026-01-01T09:00:00Z" };
const who = { by: "ada", at: context.at, comment: 7 };
const earlier = { by: "bob", at: "2026-01-01T09:30:00Z", comment: 5 };

function state(steering?: Steering, status: PlanStatus = { kind: "approved", approval }): PlanState {
  return { plan, hash, folded: [], record: sampleRecord({ status, ...(steering === undefined ? {} : { steering }) }) };
}

function steer(command: SteeringCommand, standing?: Standing): Act {
  return { kind: "steer", command, ...(standing === undefined ? {} : { standing }) };
}

function steered(before: PlanState, ...acts: readonly Act[]): Steering | undefined {
  const done = actAll(before, acts, context);
  if (done.kind !== "changed") throw new Error(JSON.stringify(done));
  expect(done.next).toEqual({ plan, record: { ...before.record, steering: done.next.record.steering } });
  return done.next.record.steering;
}

describe("steering a plan", () => {
  test("pauses it and lets it go on, with who said so and when", () => {
    const paused = steered(state(), steer({ kind: "pause" }));
    expect(paused).toEqual({ paused: who });
    expect(steered(state(paused), steer({ kind: "resume" }))).toEqual({ resumed: who });
  });

  test("pauses a draft's too, which an approval keeps", () => {
    const draft = state(steered(state(undefined, { kind: "draft" }), steer({ kind: "pause", key: "T3" })), {
      kind: "draft",
    });
    const done = act(draft, { kind: "approve", revision: 1, anyway: false, started: [] }, context);
    expect(done).toMatchObject({
      kind: "changed",
      next: { record: { status: { kind: "approved" }, steering: { tasks: { T3: { paused: who } } } } },
    });
  });

  test("is forgotten by a cancel and by a plan from scratch, and by nothing else", () => {
    const steering = { paused: earlier };
    const anew: Act = { kind: "change", commands: [{ kind: "plan", goal: "x", tasks: plan.tasks }] };
    const add: Act = { kind: "change", commands: [{ kind: "remove", key: "T3" }] };
    const kept = (wanted: Act, from: PlanState) => {
      const done = act(from, wanted, context);
      return done.kind === "changed" ? stateAfter(from, done.next, context)?.record.steering : done;
    };
    expect(kept({ kind: "cancel" }, state(steering))).toBeUndefined();
    expect(kept(anew, state(steering, { kind: "draft" }))).toBeUndefined();
    expect(kept(add, state(steering, { kind: "draft" }))).toEqual(steering);
  });
});

describe("steering a task", () => {
  test("several in one comment are one change, each seeing the one before", () => {
    const steering = steered(
      state(),
      steer({ kind: "pause", key: "T1" }),
      steer({ kind: "priority", key: "T2", priority: "high" }),
      steer({ kind: "resume", key: "T1" }),
    );
    expect(steering).toEqual({ tasks: { T1: { resumed: who }, T2: { priority: "high", prioritised: who } } });
  });

  test("a stop ends this epoch and pauses; what comes later is not meant", () => {
    const stopped = steered(state(), steer({ kind: "stop", key: "T1" }, { state: "running", epoch: 2 }));
    expect(stopped?.tasks?.T1).toEqual({ paused: who, stopped: { ...who, epoch: 2 } });
    expect(steered(state(stopped), steer({ kind: "resume", key: "T1" }))?.tasks?.T1).toEqual({ resumed: who });
  });

  test("a stop after a retry of what is still ending keeps it from beginning anew", () => {
    const ending = state({ tasks: { T1: { retried: earlier, stopped: { ...earlier, epoch: 2 } } } });
    const stopped = steered(ending, steer({ kind: "stop", key: "T1" }, { state: "running", epoch: 2 }));
    expect(stopped?.tasks?.T1).toEqual({ retried: earlier, paused: who, stopped: { ...who, epoch: 2 } });
  });

  test("a stop of what only waits means an offer that sets out meanwhile", () => {
    const stopped = steered(state(), steer({ kind: "stop", key: "T1" }, { state: "waiting", epoch: 2 }));
    expect(stopped?.tasks?.T1).toEqual({ paused: who, stopped: { ...who, epoch: 3 } });
    const again = steer({ kind: "retry", key: "T1" }, { state: "waiting", epoch: 2 });
    expect(steered(state(stopped), again)?.tasks?.T1).toEqual({ retried: who });
  });

  test("a resume takes back a pause that only a label says", () => {
    const resume = steer({ kind: "resume", key: "T1" }, { state: "waiting", epoch: 0, held: true });
    expect(steered(state(), resume)?.tasks?.T1).toEqual({ resumed: who });
  });

  test("a retry begins anew and takes pause and stop back, but lets nothing go on that is still ending", () => {
    const before = state({ tasks: { T1: { paused: earlier, stopped: { ...earlier, epoch: 2 } } } });
    const retry = steer({ kind: "retry", key: "T1", agent: "codex" }, { state: "waiting", epoch: 2 });
    expect(steered(before, retry)?.tasks?.T1).toEqual({ retried: who, agent: "codex", assigned: who });
    const ending = steer({ kind: "retry", key: "T1" }, { state: "running", epoch: 2 });
    expect(steered(before, ending)?.tasks?.T1).toEqual({ retried: who, stopped: { ...earlier, epoch: 2 } });
  });

  test("what is the plan's own word again is no steering, but who said so is kept", () => {
    const before = state({ tasks: { T2: { priority: "high", specialist: "docs-writer", agent: "codex" } } });
    const steering = steered(
      before,
      steer({ kind: "priority", key: "T2", priority: "normal" }),
      steer({ kind: "assign", key: "T2", specialist: "backend-systems-engineer" }),
      steer({ kind: "assign", key: "T2", agent: null }),
    );
    expect(steering?.tasks?.T2).toEqual({ prioritised: who, assigned: who });
  });

  test("changes how it is carried out and not what was approved", () => {
    const steering = steered(
      state(),
      steer({ kind: "priority", key: "T2", priority: "low" }),
      steer({ kind: "assign", key: "T2", specialist: "docs-writer" }),
    );
    expect(planAsSteered(plan, steering).tasks.map(({ priority, specialist }) => [priority, specialist])).toEqual([
      ["normal", "backend-systems-engineer"],
      ["low", "docs-writer"],
      ["normal", "backend-systems-engineer"],
    ]);
    expect(planAsSteered(plan, undefined)).toBe(plan);
  });

  test("may be one that only the amendment has; what is known of no task any more goes", () => {
    const amended = samplePlan({ T1: [], T4: [] });
    const before = { ...state({ tasks: { T9: { paused: earlier } } }), amendment: { plan: amended, hash: "x" } };
    const done = act(before, steer({ kind: "pause", key: "T4" }), context);
    expect(done).toMatchObject({ next: { record: { steering: { tasks: { T4: { paused: who } } } } } });
    expect(JSON.stringify(done)).not.toContain("T9");
  });
});

const running: Standing = { state: "running", epoch: 1 };
const at = (name: Standing["state"]): Standing => ({ state: name, epoch: 1 });
const T1 = { key: "T1" } as const;

describe("steering is refused", () => {
  test.each<[string, SteeringCommand, Standing | undefined, Steering | undefined]>([
    ["T9 is not in this plan; it has T1 to T3", { kind: "pause", key: "T9" }, undefined, undefined],
    ["the plan was already paused by bob; nothing to do", { kind: "pause" }, undefined, { paused: earlier }],
    ["T1 is done; there is nothing to pause", { kind: "pause", ...T1 }, at("done"), undefined],
    ["T1's issue was closed as not planned; open it again first", { kind: "retry", ...T1 }, at("dropped"), undefined],
    [
      "T1 was already paused by bob; nothing to do",
      { kind: "pause", ...T1 },
      running,
      { tasks: { T1: { paused: earlier } } },
    ],
    ["T1 is not paused; there is nothing to resume", { kind: "resume", ...T1 }, running, undefined],
    [
      "T1 itself is not paused, the plan is; /resume lets all of it go on",
      { kind: "resume", ...T1 },
      running,
      { paused: earlier },
    ],
    ["T1 is not paused, it has failed; /retry T1 begins it anew", { kind: "resume", ...T1 }, at("failed"), undefined],
    [
      "T1 is in review and nothing of it runs; /pause T1 keeps it from being merged",
      { kind: "stop", ...T1 },
      at("review"),
      undefined,
    ],
    ["T1 has failed and nothing of it runs", { kind: "stop", ...T1 }, at("failed"), undefined],
    [
      "T1 was already paused by bob and nothing of it runs",
      { kind: "stop", ...T1 },
      at("waiting"),
      { tasks: { T1: { paused: earlier } } },
    ],
    [
      "T1 was already stopped by bob; nothing to do",
      { kind: "stop", ...T1 },
      running,
      { tasks: { T1: { paused: earlier, stopped: { ...earlier, epoch: 1 } } } },
    ],
    ["T1 runs now; /stop T1 ends that, then /retry T1 begins anew", { kind: "retry", ...T1 }, running, undefined],
    [
      "T1 is in review; to have it done anew, close its pull request first",
      { kind: "retry", ...T1 },
      at("review"),
      undefined,
    ],
    [
      "T1 has normal priority already; nothing to do",
      { kind: "priority", ...T1, priority: "normal" },
      running,
      undefined,
    ],
    [
      "T1 is given to codex already; nothing to do",
      { kind: "assign", ...T1, agent: "codex" },
      running,
      { tasks: { T1: { agent: "codex" } } },
    ],
  ])("%s", (reason, command, standing, steering) => {
    expect(act(state(steering), steer(command, standing), context)).toEqual({ kind: "refused", reason });
  });

  test.each<[string, SteeringCommand, PlanStatus]>([
    [
      "the plan is a draft and nothing of it runs; there is nothing to stop",
      { kind: "stop", ...T1 },
      { kind: "draft" },
    ],
    [
      "the plan is a draft and nothing of it runs; there is nothing to retry",
      { kind: "retry", ...T1 },
      { kind: "draft" },
    ],
    ["the plan is not paused; there is nothing to resume", { kind: "resume" }, { kind: "draft" }],
    [
      "the plan was cancelled; start again with /plan",
      { kind: "pause" },
      { kind: "cancelled", by: "ada", at: context.at },
    ],
    ["the plan is done; there is nothing to pause", { kind: "pause" }, { kind: "done", at: context.at, approval }],
  ])("%s", (reason, command, status) => {
    expect(act(state(undefined, status), steer(command), context)).toEqual({ kind: "refused", reason });
  });

  test("where there is no plan", () => {
    expect(act(undefined, steer({ kind: "pause" }), context)).toMatchObject({ kind: "refused" });
  });

  test("all of a comment or none", () => {
    const done = actAll(state(), [steer({ kind: "pause" }), steer({ kind: "pause", key: "T9" })], context);
    expect(done).toMatchObject({ kind: "refused" });
  });
});
