import fc from "fast-check";
import type { Lease } from "../../../src/core/lease/lease.ts";
import { leasePhases } from "../../../src/core/lease/lease.ts";
import { noUsage } from "../../../src/core/plan/plan.ts";
import type { Policy } from "../../../src/core/queue/policy.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import type {
  IssueView,
  LeaseView,
  PhaseParent,
  PullView,
  RunView,
  Snapshot,
  TaskSnapshot,
} from "../../../src/core/queue/snapshot.ts";
import type { Failure, RunRecord } from "../../../src/core/run/run.ts";
import { failureKinds, runPhases } from "../../../src/core/run/run.ts";
import { phaseName } from "../../../src/core/task/phase-name.ts";
import type { PlannedTask, TaskKey } from "../../../src/core/task/task.ts";
import { phases, priorities } from "../../../src/core/task/task.ts";

/** 2026-01-01. */
export const now = Date.UTC(2026, 0, 1);
export const head = "a".repeat(40);
const otherHead = "b".repeat(40);

export function plannedTask(key: TaskKey, needs: readonly TaskKey[] = []): PlannedTask {
  return {
    ...{ key, needs, title: `Task ${key}`, description: "", acceptance: [], touches: [] },
    ...{ specialist: "test-engineer", phase: "implementation", priority: "normal" },
  };
}

export function issueView(number: number, more: Partial<IssueView> = {}): IssueView {
  return { number, id: number, nodeId: `I_${number}`, state: "open", labels: [], openBlockers: [], ...more };
}

export function leaseView(lease: Partial<Lease> & { issue: number }, more: Partial<LeaseView> = {}): LeaseView {
  const whole: Lease = {
    ...{ version: 1, plan: 1, task: "T1", phase: "free", holder: "worker/run", epoch: 1, nonce: "n", seconds: 900 },
    ...{ branch: `coppice/${lease.issue}`, failures: [] },
    ...lease,
  };
  return { oid: "c".repeat(40), lease: whole, unchangedFor: 0, holderGone: false, ...more };
}

export function pullView(number: number, more: Partial<PullView> = {}): PullView {
  return {
    ...{ number, nodeId: `PR_${number}`, url: `https://forge.test/pull/${number}`, state: "open", head },
    ...{ branch: "coppice/2", draft: false, mergeable: "yes", checks: "none", changesRequested: false },
    ...more,
  };
}

export function runRecord(more: Partial<RunRecord> = {}): RunRecord {
  return {
    ...{ version: 1, run: "run", plan: 1, task: "T1", issue: 2, epoch: 1, worker: "worker", agent: "script" },
    ...{ sandbox: "none", base: otherHead, head, usage: noUsage, startedAt: "", endedAt: "", filesChanged: 1 },
    verification: { kind: "passed", command: "npm test", milliseconds: 1 },
    ...more,
  };
}

export function failure(kind: Failure["kind"], at = now): Failure {
  return { kind, message: `it ended in ${kind}`, at: new Date(at).toISOString() };
}

/** An approved plan #1 whose ledger knows the issues given. */
export function snapshotOf(tasks: readonly TaskSnapshot[], more: Partial<Snapshot> = {}): Snapshot {
  const approval = { revision: 1, hash: "", by: "ada", comment: 1, at: new Date(now).toISOString() };
  return {
    repository: { owner: "octo", name: "sample" },
    defaultBranch: "main",
    state: {
      plan: { goal: "goal", tasks: tasks.map(({ task }) => task) },
      hash: "",
      folded: [],
      record: {
        ...{ version: 1, issue: 1, revision: 1, revisions: [], planner: "keywords", usage: noUsage },
        status: { kind: "approved", approval },
        tasks: Object.fromEntries(tasks.flatMap(({ task, issue }) => (issue ? [[task.key, issue]] : []))),
      },
    },
    parent: { state: "open", nodeId: "I_1" },
    tasks,
    ...more,
  };
}

const failures = fc.array(
  fc
    .record({ kind: fc.constantFrom(...failureKinds), ago: fc.integer({ min: -100_000, max: 10_000_000 }) })
    .map(({ kind, ago }) => failure(kind, now - ago)),
  { maxLength: 6 },
);

const anyHead = fc.constantFrom(head, otherHead);

function anyTask(index: number): fc.Arbitrary<TaskSnapshot> {
  const number = index + 2;
  const key: TaskKey = `T${index + 1}`;
  const issue = fc.record({
    state: fc.constantFrom("open", "open", "closed"),
    reason: fc.constantFrom("completed", "completed", "not_planned", "duplicate", undefined),
    labels: fc.subarray(["coppice:queued", "coppice:running", "coppice:failed", "coppice:paused"]),
    openBlockers: fc.subarray([2, 3, 99]),
    blockersElsewhere: fc.constantFrom([], [], ["octo/other#2"]),
  });
  const lease = fc.record({
    ...{
      phase: fc.constantFrom(...leasePhases),
      epoch: fc.integer({ min: 1, max: 9 }),
      failures,
      head: fc.option(anyHead),
    },
    ...{ unchangedFor: fc.nat({ max: 2_000_000 }), holderGone: fc.boolean() },
  });
  const pull = fc.record({
    state: fc.constantFrom("open", "open", "merged", "closed"),
    mergeable: fc.constantFrom("yes", "conflict", "unknown"),
    checks: fc.constantFrom("none", "pending", "failed", "passed"),
    ...{ draft: fc.boolean(), changesRequested: fc.boolean(), head: anyHead },
  });
  const run = fc.record({ phase: fc.constantFrom("offered", ...runPhases) });
  return fc
    .record({
      needs: fc.subarray(Array.from({ length: index }, (_, before): TaskKey => `T${before + 1}`)),
      priority: fc.constantFrom(...priorities),
      ...{ issue: fc.option(issue), lease: fc.option(lease), pull: fc.option(pull), run: fc.option(run, { freq: 2 }) },
      ...{ folded: fc.boolean(), published: fc.boolean(), refused: fc.option(fc.nat({ max: 100_000 })) },
    })
    .map((at): TaskSnapshot => {
      const task = { ...plannedTask(key, at.needs), priority: at.priority };
      if (at.issue === null) return { task, folded: false };
      const { reason, ...rest } = at.issue;
      const view: RunView = { run: "r", issue: number, worker: "w", agent: "script", phase: "offered", startedAt: "" };
      return {
        ...{ task, folded: at.folded, issue: issueView(number, reason === undefined ? rest : { ...rest, reason }) },
        ...(at.lease === null ? {} : { lease: viewOf(number, key, at.lease) }),
        ...(at.pull === null ? {} : { pull: pullView(number + 100, at.pull) }),
        ...(at.run === null ? {} : { run: { ...view, phase: at.run.phase } }),
        ...(at.published ? { publication: runRecord() } : {}),
        ...(at.refused === null ? {} : { mergeRefused: { head, reason: "not now", ago: at.refused } }),
      };
    });
}

/** Ready, or with a need at most: what chance alone makes too seldom. */
function calmTask(index: number): fc.Arbitrary<TaskSnapshot> {
  const needs = fc.subarray(
    Array.from({ length: index }, (_, before): TaskKey => `T${before + 1}`),
    { maxLength: Math.min(1, index) },
  );
  return fc
    .record({ needs: fc.oneof(fc.constant([]), needs), priority: fc.constantFrom(...priorities) })
    .map((more) => ({
      ...{ task: { ...plannedTask(`T${index + 1}`), ...more }, issue: issueView(index + 2), folded: false },
    }));
}

/** Green but for one thing at most, nearly. */
function reviewedTask(index: number): fc.Arbitrary<TaskSnapshot> {
  const number = index + 2;
  const seldom = <T>(usual: T, ...others: T[]) =>
    fc.oneof({ arbitrary: fc.constant(usual), weight: 9 }, fc.constantFrom(...others));
  return fc
    .record({
      checks: seldom<PullView["checks"]>("passed", "none", "pending", "failed"),
      headSeenFor: fc.constantFrom(0, 59_999, 60_000),
      mergeable: seldom<PullView["mergeable"]>("yes", "conflict", "unknown"),
      ...{ draft: seldom(false, true), changesRequested: seldom(false, true), head: seldom(head, otherHead) },
    })
    .map(({ headSeenFor, ...pull }) => ({
      ...{ task: plannedTask(`T${index + 1}`), issue: issueView(number), folded: true, publication: runRecord() },
      ...{ lease: leaseView({ issue: number, head }), pull: pullView(number + 100, pull), headSeenFor },
    }));
}

function viewOf(
  issue: number,
  task: TaskKey,
  {
    unchangedFor,
    holderGone,
    head: leased,
    ...lease
  }: Pick<LeaseView, "unchangedFor" | "holderGone"> &
    Pick<Lease, "phase" | "epoch" | "failures"> & { head: string | null },
): LeaseView {
  const known = leased === null ? {} : { head: leased };
  return leaseView({ issue, task, ...lease, ...known }, { unchangedFor, holderGone });
}

/** Any approved plan of up to six tasks in any state, sensible or not. */
export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .integer({ min: 1, max: 6 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) => fc.oneof(anyTask(index), calmTask(index), reviewedTask(index))),
    ),
  )
  .chain((tasks) =>
    fc
      .record({
        closed: fc.constantFrom(false, false, false, true),
        hold: fc.constantFrom(undefined, undefined, undefined, "held"),
      })
      .map(({ closed, hold }) =>
        snapshotOf(tasks, {
          parent: { state: closed ? "closed" : "open", nodeId: "I_1" },
          ...(hold === undefined ? {} : { hold }),
        }),
      ),
  );

/** Phase parents, written down or only seen. */
const anyPhases = fc.record({
  known: fc.boolean(),
  seen: fc
    .array(
      fc.record({
        ...{ phase: fc.constantFrom(...phases), index: fc.integer({ min: 1, max: 3 }) },
        ...{ state: fc.constantFrom("open" as const, "closed" as const), children: fc.nat({ max: 100 }) },
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((drawn) => {
      const named = drawn.map((one, index): PhaseParent => {
        const { state, children } = one;
        return { name: phaseName(one), number: 500 + index, id: index, nodeId: "n", state, children };
      });
      return [...new Map(named.map((one) => [one.name, one])).values()];
    }),
});

/** The same in any of a plan's states: given up, begun anew, amended, touched by others. */
export const anyPlan: fc.Arbitrary<Snapshot> = fc
  .tuple(
    anySnapshot,
    fc.record({
      status: fc.constantFrom("approved", "approved", "cancelled", "draft"),
      former: fc.option(fc.oneof(anyTask(7), reviewedTask(7))),
      foreign: fc.constantFrom(false, false, true),
      amended: fc.option(
        fc.array(fc.constantFrom("kept", "kept", "changed", "removed"), { minLength: 6, maxLength: 6 }),
      ),
      catchUp: fc.boolean(),
      phases: fc.option(anyPhases),
    }),
  )
  .map(([snapshot, { status, former, foreign, amended, catchUp, phases: parents }]): Snapshot => {
    const { state } = snapshot;
    const at = new Date(now).toISOString();
    const by = { by: "ada", at };
    const changed = status === "approved" ? state.record.status : { kind: status, ...by };
    const rewrite = { rewrite: state.plan.tasks.map(({ key }) => key), unlink: [] };
    const record = {
      ...{ ...state.record, status: changed },
      ...(catchUp ? { catchUp: rewrite } : {}),
      ...(parents?.known ? { phases: Object.fromEntries(parents.seen.map((one) => [one.name, one])) } : {}),
    };
    const tasks = state.plan.tasks.flatMap((task, index) => {
      const fate = amended?.[index];
      return fate === "removed" ? [] : [fate === "changed" ? { ...task, title: "Otherwise" } : task];
    });
    const amendment = { plan: { ...state.plan, tasks }, hash: "" };
    return {
      ...snapshot,
      ...(foreign && status === "approved" ? { hold: "somebody else changed the ledger" } : {}),
      ...(parents === null ? {} : { phases: parents.seen }),
      ...(former === null || former.issue === undefined ? {} : { former: [former] }),
      state: {
        ...{ ...state, record },
        ...(amended === null ? {} : { amendment }),
        ...(foreign ? { foreign: { commit: head, author: "mallory", at } } : {}),
      },
    };
  });

export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    merge: fc.constantFrom("manual", "auto"),
    ...{ attempts: fc.integer({ min: 1, max: 4 }), maxAgents: fc.integer({ min: 1, max: 4 }) },
    ...{ createAhead: fc.integer({ min: 1, max: 4 }), verify: fc.constantFrom([], ["npm test"]) },
    ...{ checksGraceSeconds: fc.constantFrom(0, 60), maxAgentsPerPlan: fc.integer({ min: 1, max: 3 }) },
  })
  .map((policy) => ({ ...defaultPolicy, ...policy }));
