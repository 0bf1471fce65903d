import { describe, expect, it } from "vitest";
import { release } from "../../../src/core/lease/steps.ts";
import { nextLease } from "../../../src/core/queue/attempts.ts";
import { breakerOf } from "../../../src/core/queue/breaker.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { progress } from "../../../src/core/queue/progress.ts";
import { readyTasks } from "../../../src/core/queue/select.ts";
import type { Snapshot, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { wakeAfter } from "../../../src/core/queue/wake-after.ts";
import type { FailureKind } from "../../../src/core/run/run.ts";
import { failure, issueView, leaseView, now, plannedTask, runRecord, snapshotOf } from "./snapshots.ts";

const minute = 60_000;
const policy = { ...defaultPolicy, attempts: 9 };

/** Failures by kind and minutes ago. */
type Told = readonly (readonly [FailureKind, number])[];

function task(number: number, told: Told, more: Partial<TaskSnapshot> = {}): TaskSnapshot {
  const failures = told.map(([kind, ago]) => failure(kind, now - ago * minute));
  const lease = leaseView({ issue: number + 1, failures });
  return { task: plannedTask(`T${number}`), issue: issueView(number + 1), lease, folded: false, ...more };
}

function resumed(snapshot: Snapshot, ago: number): Snapshot {
  const at = { by: "ada", at: new Date(now - ago * minute).toISOString() };
  const { state } = snapshot;
  return { ...snapshot, state: { ...state, record: { ...state.record, steering: { resumed: at } } } };
}

/** The next attempt of each task, claimed and failed, `ago` minutes ago by the worker's clock. */
function triedOnce(snapshot: Snapshot, ago: number): Snapshot {
  const said = snapshot.state.record.steering?.resumed?.at;
  const tasks = snapshot.tasks.map((at, index) => {
    const claim = { plan: 1, issue: index + 2, holder: "w/r", nonce: "n", policy, now, resumed: said };
    const claimed = nextLease({ ...claim, task: at });
    const lease = release({ ...claimed, phase: "running" }, failure("internal", now - ago * minute));
    return { ...at, lease: leaseView(lease) };
  });
  return { ...snapshot, tasks };
}

describe("the circuit breaker of a plan", () => {
  it.each<readonly [string, Told, Told, boolean]>([
    [
      "opens when the three newest attempts of two tasks ended alike",
      [
        ["verify-failed", 9],
        ["verify-failed", 5],
      ],
      [["verify-failed", 7]],
      true,
    ],
    [
      "stays closed while it is only one task",
      [
        ["verify-failed", 9],
        ["verify-failed", 7],
        ["verify-failed", 5],
      ],
      [],
      false,
    ],
    ["stays closed while they are only two", [["verify-failed", 9]], [["verify-failed", 7]], false],
    [
      "stays closed when the newest ended otherwise",
      [
        ["verify-failed", 9],
        ["verify-failed", 8],
      ],
      [
        ["verify-failed", 7],
        ["no-change", 6],
      ],
      false,
    ],
    [
      "looks past what says nothing of the plan",
      [
        ["verify-failed", 9],
        ["worker-lost", 8],
        ["verify-failed", 6],
        ["stopped", 5],
      ],
      [
        ["verify-failed", 7],
        ["quota", 4],
        ["lease-lost", 3],
        ["conflict", 2],
      ],
      true,
    ],
    [
      "does not open for lost workers, stops, quotas and conflicts",
      [
        ["worker-lost", 9],
        ["worker-lost", 8],
      ],
      [["worker-lost", 7]],
      false,
    ],
  ])("%s", (_, one, other, opens) => {
    expect(breakerOf(snapshotOf([task(1, one), task(2, other)]), now) !== undefined).toBe(opens);
  });

  const alike = (count: number, newest: number) =>
    snapshotOf([
      task(1, Array.from({ length: count - 1 }, (_, index) => ["internal", newest + 1 + index] as const).reverse()),
      task(2, [["internal", newest]]),
    ]);

  it("lets one task try after 15 minutes, doubled each time, four hours at most", () => {
    expect([3, 4, 5, 7, 9].map((count) => (breakerOf(alike(count, 0), now)?.left ?? 0) / minute)).toEqual([
      15, 30, 60, 240, 240,
    ]);
    expect(breakerOf(alike(3, 10), now)).toEqual({ failure: "internal", left: 5 * minute });
    expect(breakerOf(alike(3, 16), now)).toEqual({ failure: "internal", left: 0 });
  });

  it("keeps every task waiting until then, looks again then, and says so", () => {
    const snapshot = alike(3, 10);
    expect(readyTasks(snapshot, policy, now)).toEqual([]);
    expect(wakeAfter(snapshot, policy, now)).toBe(5 * minute);
    const rested = snapshotOf([...alike(3, 10).tasks, { task: plannedTask("T3"), issue: issueView(9), folded: false }]);
    expect(progress(rested, policy, now)[2]).toMatchObject({
      moves: true,
      line: "the plan's newest attempts all ended alike (something outside the task failed): one is tried again after a pause; /resume starts the others now",
    });
  });

  it("then lets one be tried, and the others only when that is over", () => {
    const free: TaskSnapshot = { task: plannedTask("T3"), issue: issueView(9), folded: false };
    const snapshot = snapshotOf([...alike(3, 20).tasks, free]);
    expect(readyTasks(snapshot, policy, now).map(({ most }) => most)).toEqual([1, 1, 1]);
    const run = { run: "r", issue: 9, worker: "w", agent: "a", phase: "working", startedAt: "" } as const;
    const tried = snapshotOf([...alike(3, 20).tasks, { ...free, run }]);
    expect(readyTasks(tried, policy, now)).toEqual([]);
    expect(progress(tried, policy, now)[0]?.line).toContain("one task tries whether that is over");
    expect(wakeAfter(tried, policy, now)).toBeUndefined();
  });

  it("is closed by what was published since, by /resume, and by trying a task anew", () => {
    const endedAt = new Date(now - minute).toISOString();
    const [one, other] = alike(3, 5).tasks;
    if (one === undefined || other === undefined) throw new Error("there are two");
    expect(breakerOf(snapshotOf([one, other], { succeededAt: endedAt }), now)).toBeUndefined();
    const published = { ...other, lease: leaseView({ issue: 3 }), publication: runRecord({ endedAt }) };
    expect(breakerOf(snapshotOf([one, published]), now)).toBeUndefined();
    expect(breakerOf(resumed(alike(3, 5), 4), now)).toBeUndefined();
  });

  it.each([-525_600, -60, 0, 60, 525_600])(
    "is closed by /resume whatever the clocks say: a worker %i minutes behind",
    (behind) => {
      const twice: Told = [
        ["internal", behind],
        ["internal", behind],
      ];
      const open = snapshotOf([task(1, twice), task(2, twice)]);
      expect(breakerOf(open, now)).toBeDefined();
      const closed = resumed(open, 5);
      expect(breakerOf(closed, now)).toBeUndefined();
      const once = triedOnce(closed, behind);
      expect(breakerOf(once, now)).toBeUndefined();
      expect(breakerOf(triedOnce(once, behind), now)).toBeDefined();
      expect(breakerOf(resumed(triedOnce(once, behind), 4), now)).toBeUndefined();
    },
  );

  it("is not kept open by a worker whose clock runs a day ahead", () => {
    const ahead = (number: number) =>
      task(
        number,
        [
          ["internal", -1_440],
          ["internal", -1_440],
        ],
        {
          lease: leaseView(
            {
              issue: number + 1,
              failures: [failure("internal", now + 1_440 * minute), failure("internal", now + 1_440 * minute)],
            },
            { unchangedFor: 40 * minute },
          ),
        },
      );
    expect(breakerOf(snapshotOf([ahead(1), ahead(2)]), now)?.left).toBe(0);
  });

  it.each([10, 20, 300])(
    "does not keep a task waiting that a person has tried anew, %i minutes after the last",
    (ago) => {
      const failed: Told = [["verify-failed", ago]];
      const run = { run: "r", issue: 3, worker: "w", agent: "script", phase: "working", startedAt: "" } as const;
      const held = leaseView({ issue: 3, phase: "running", failures: [failure("verify-failed", now - ago * minute)] });
      const tasks = [
        task(1, failed),
        task(2, [], { lease: held, run }),
        ...[3, 4].map((number) => task(number, failed)),
      ];
      const { state, ...rest } = snapshotOf(tasks);
      const retried = { by: "ada", at: new Date(now).toISOString() };
      const record = { ...state.record, steering: { tasks: { T4: { retried } } } };
      const ready = readyTasks({ ...rest, state: { ...state, record } }, policy, now);
      expect(ready.map(({ task: { key }, most }) => [key, most])).toEqual([["T4", undefined]]);
      expect(readyTasks({ ...rest, state }, policy, now)).toEqual([]);
    },
  );
});
