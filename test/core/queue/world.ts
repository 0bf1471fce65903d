import type { HeldLease, Lease } from "../../../src/core/lease/lease.ts";
import type { PlanRecord, TaskIssue } from "../../../src/core/plan/plan.ts";
import type { TaskSteeringCommand } from "../../../src/core/plan/steering-change.ts";
import { steerPlan, steerTask } from "../../../src/core/plan/steering-change.ts";
import { newestEpoch, nextLease, workBranch } from "../../../src/core/queue/attempts.ts";
import type { Effect } from "../../../src/core/queue/effects.ts";
import type { Queue } from "../../../src/core/queue/explain.ts";
import { labelsOf, pausedLabel, stateLabelNames, steeringLabelsOf } from "../../../src/core/queue/labels.ts";
import { parkedAgents } from "../../../src/core/queue/parking.ts";
import type { Policy } from "../../../src/core/queue/policy.ts";
import type { Choice } from "../../../src/core/queue/select.ts";
import { activeTasks, readyTasks, select } from "../../../src/core/queue/select.ts";
import type { PullView, RunView, Snapshot, TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { addSpending, endedAttempts, spentToday } from "../../../src/core/queue/spending.ts";
import type { Failure, RunRecord } from "../../../src/core/run/run.ts";
import type { PlannedTask, TaskKey } from "../../../src/core/task/task.ts";
import { now, pullView, runRecord, snapshotOf } from "./snapshots.ts";

/** The plan's issue is #1, a task's #11 and up. */
const firstIssue = 10;

interface TaskWorld {
  readonly task: PlannedTask;
  issue?: { state: "open" | "closed"; reason?: "completed" | "not_planned"; labels: string[]; blockers: Set<number> };
  /** Its issue was deleted, or taken from under the plan's. */
  hidden: boolean;
  lease?: { oid: string; lease: Lease; since: number };
  run?: RunView & { readonly agent: string };
  pull?: PullView;
  records: RunRecord[];
  refused?: { head: string; at: number };
  seenSince: number;
}

export interface Worker {
  readonly id: string;
  connected: boolean;
  readonly slots: number;
  readonly agents: readonly string[];
}

/** A repository with one approved plan, as data: effects and events are performed on it at once and always succeed. */
export class World {
  now = now;
  record: PlanRecord;
  parent: "open" | "closed" = "open";
  finished = false;
  policy: Policy;
  readonly tasks: Map<TaskKey, TaskWorld>;
  readonly workers: Worker[];
  /** Issues of other people that block. */
  readonly others = new Set<number>();
  #ids = 0;

  constructor(tasks: readonly PlannedTask[], policy: Policy) {
    this.record = snapshotOf(tasks.map((task) => ({ task, folded: false }))).state.record;
    this.policy = policy;
    this.tasks = new Map(tasks.map((task) => [task.key, { task, hidden: false, records: [], seenSince: now }]));
    this.workers = [
      { id: "a", connected: true, slots: 2, agents: ["claude-code", "codex"] },
      { id: "b", connected: true, slots: 1, agents: ["codex"] },
    ];
  }

  snapshot(): Snapshot {
    const tasks = [...this.tasks.values()].map((at) => this.#view(at));
    const parked = parkedAgents(
      tasks.flatMap(({ lease }) => lease ?? []),
      this.now,
    );
    const ended = [...this.tasks.values()].flatMap((at) => endedAttempts(at.records, { held: at.lease }));
    const base = snapshotOf(tasks);
    return {
      ...base,
      state: { ...base.state, record: this.record },
      parent: { state: this.parent, nodeId: "I_1", children: tasks.length },
      today: spentToday(ended, this.now),
      ...(parked.length === 0 ? {} : { parked }),
    };
  }

  queue(snapshot: Snapshot): Queue {
    const { policy } = this;
    const ready = readyTasks(snapshot, policy, this.now);
    // A hub knows its own runs, whatever is seen of their issues.
    const runs = [...this.tasks.values()].flatMap(({ run }) =>
      run === undefined ? [] : [{ plan: 1, issue: run.issue }],
    );
    const active = [
      ...new Map([...activeTasks(snapshot, policy, this.now), ...runs].map((one) => [one.issue, one])).values(),
    ];
    const workers = this.workers.map(({ id, connected, slots, agents }) => {
      const taken = [...this.tasks.values()].filter(({ run }) => run?.worker === id).length;
      return { id, connected, slots, agents, free: slots - taken, draining: false, warm: false };
    });
    return { ready, active, workers, parked: snapshot.parked ?? [], policy };
  }

  /** Brings ready tasks to workers, which claim them at once. */
  offer(): readonly Choice[] {
    const snapshot = this.snapshot();
    const queue = this.queue(snapshot);
    const choices = select({ ...queue, parked: new Set(queue.parked.map(({ agent }) => agent)) });
    for (const { task, worker, agent } of choices) {
      const at = this.#at(task.task.key);
      const run = this.#id("run");
      const claim = { plan: 1, task: task.at, issue: task.issue, holder: `${worker}/${run}`, nonce: "n" };
      const retried = this.record.steering?.tasks?.[task.task.key]?.retried?.at;
      const lease = nextLease({ ...claim, policy: this.policy, now: this.now, retried });
      const own = this.workers.find(({ id }) => id === worker)?.agents[0] ?? "";
      this.#move(at, { ...lease, phase: "running" });
      at.run = { run, issue: task.issue, worker, agent: agent ?? own, phase: "working", startedAt: this.#time() };
    }
    return choices;
  }

  running(): readonly TaskKey[] {
    return [...this.tasks].flatMap(([key, { run }]) => (run === undefined ? [] : [key]));
  }

  perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#perform(effect);
  }

  /** A run ends: its work is published, or it fails. */
  end(key: TaskKey, outcome: "published" | Failure["kind"]): void {
    const at = this.#at(key);
    const { run, lease } = at;
    if (run === undefined || lease === undefined) return;
    delete at.run;
    const usage = { inputTokens: 100, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    if (outcome === "published") {
      const head = this.#id("head").padEnd(40, "0");
      const times = { startedAt: run.startedAt, endedAt: this.#time() };
      const kept = { failures: lease.lease.failures, task: key, agent: run.agent, epoch: lease.lease.epoch };
      at.records.push(runRecord({ head, usage, ...times, ...kept }));
      this.#move(at, { ...lease.lease, phase: "published", head });
      // One push moves the branch, and an open pull request with it.
      if (at.pull?.state === "open") at.pull = { ...at.pull, head, mergeable: "yes" };
      return;
    }
    const failure = { kind: outcome, message: outcome, at: this.#time(), agent: run.agent, usage, seconds: 1 };
    this.#move(at, { ...lease.lease, phase: "free", failures: [...lease.lease.failures, failure].slice(-10) });
  }

  /** Its worker forgets it. */
  vanish(key: TaskKey): void {
    delete this.#at(key).run;
  }

  steer(command: TaskSteeringCommand): void {
    const at = this.#at(command.key);
    const snapshot = this.#view(at);
    const facts = {
      who: { by: "ada", at: this.#time() },
      planned: at.task,
      epoch: newestEpoch(snapshot),
      running: at.run !== undefined,
    };
    const { steering = {} } = this.record;
    const task = steerTask(steering.tasks?.[command.key] ?? {}, command, facts);
    this.record = { ...this.record, steering: { ...steering, tasks: { ...steering.tasks, [command.key]: task } } };
  }

  steerPlan(kind: "pause" | "resume"): void {
    const steering = steerPlan(this.record.steering ?? {}, kind, { by: "ada", at: this.#time() });
    this.record = { ...this.record, steering };
  }

  /** What people do to issues and pull requests. */
  person(key: TaskKey, deed: Deed): void {
    const at = this.#at(key);
    deeds[deed](at, this.others);
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "create-task-issues":
        for (const key of effect.tasks) this.#create(key);
        break;
      case "fold-results":
        for (const { task } of effect.results) this.#at(task).seenSince = this.now;
        break;
      case "open-pull":
        this.#openPull(this.#at(effect.task), effect.issue);
        break;
      case "release-lease":
        this.#release(this.#at(effect.task), effect.lease, effect.failure);
        break;
      case "merge-pull":
        this.#merge(this.#at(effect.task));
        break;
      case "close-task":
        close(this.#at(effect.task), "completed");
        break;
      case "remove-leases":
        for (const { task } of effect.leases) delete this.#at(task).lease;
        break;
      case "change-labels":
        for (const { task, add, remove } of effect.changes) relabel(this.#at(task), add, remove);
        break;
      case "heed-labels":
        for (const key of effect.tasks) this.#heed(key);
        break;
      case "stop-run":
        if (this.#at(effect.task).run?.run === effect.run) this.end(effect.task, "stopped");
        break;
      case "tell-budget":
        this.record = { ...this.record, spentTold: { ...this.record.spentTold, [effect.scope]: effect.key } };
        break;
      case "tell-stuck": {
        const told = effect.failed.map(({ key, epoch }) => [key, epoch] as const);
        this.record = { ...this.record, stuckTold: { ...this.record.stuckTold, ...Object.fromEntries(told) } };
        break;
      }
      case "finish-plan":
        this.finished = true;
        break;
      case "ensure-labels":
      case "add-blockers":
        break;
      default:
        throw new Error(`no plan of this world needs ${effect.kind}`);
    }
  }

  #create(key: TaskKey): void {
    const at = this.#at(key);
    if (at.issue !== undefined) throw new Error(`${key} has an issue already`);
    const labels = [...labelsOf(at.task, this.record.steering?.tasks?.[key])];
    at.issue = { state: "open", labels, blockers: new Set() };
    this.record = { ...this.record, tasks: { ...this.record.tasks, [key]: identity(at) } };
  }

  #openPull(at: TaskWorld, issue: number): void {
    const head = at.lease?.lease.head ?? "";
    const branch = workBranch({ task: at.task, lease: this.#view(at).lease }, issue);
    at.pull = pullView(1_000 + ++this.#ids, { head, branch, checks: "passed" });
  }

  #release(at: TaskWorld, { oid, lease }: HeldLease, failure: Failure | undefined): void {
    if (at.lease?.oid !== oid) return;
    const failures = failure === undefined ? lease.failures : [...lease.failures, failure].slice(-10);
    this.#move(at, { ...lease, phase: "free", failures });
  }

  #merge(at: TaskWorld): void {
    if (at.pull === undefined) return;
    at.pull = { ...at.pull, state: "merged" };
  }

  /** Whoever set a label in this world may write. */
  #heed(key: TaskKey): void {
    const at = this.#at(key);
    const isPaused = this.record.steering?.tasks?.[key]?.paused !== undefined;
    const says = at.issue?.labels.includes(pausedLabel) === true;
    if (says && !isPaused) this.steer({ kind: "pause", key });
    const wanted = steeringLabelsOf(at.task, this.record.steering?.tasks?.[key]);
    const states: readonly string[] = stateLabelNames;
    relabel(at, wanted, at.issue?.labels.filter((label) => !wanted.includes(label) && !states.includes(label)) ?? []);
  }

  #move(at: TaskWorld, lease: Lease): void {
    at.lease = { oid: this.#id("lease").padEnd(40, "0"), lease, since: this.now };
  }

  #view(at: TaskWorld): TaskSnapshot {
    const { task, issue, lease, run, pull, records } = at;
    if (issue === undefined || at.hidden) return { task, folded: false };
    const { blockers, ...said } = issue;
    const needs = task.needs.flatMap((key) => {
      const need = this.#at(key);
      return need.issue?.state === "open" && !need.hidden ? [identity(need).number] : [];
    });
    const publication = records.findLast(({ head }) => head === lease?.lease.head);
    const isGone = run === undefined && (lease?.lease.phase === "running" || lease?.lease.phase === "claimed");
    return {
      task,
      issue: {
        ...identity(at),
        ...said,
        openBlockers: [...needs, ...[...blockers].filter((one) => this.others.has(one))],
      },
      folded: records.some(({ epoch }) => epoch === lease?.lease.epoch),
      spent: addSpending(endedAttempts(records, { held: lease }).map(({ spending }) => spending)),
      headSeenFor: this.now - at.seenSince,
      ...(publication === undefined ? {} : { publication }),
      ...(lease === undefined
        ? {}
        : { lease: { oid: lease.oid, lease: lease.lease, unchangedFor: this.now - lease.since, holderGone: isGone } }),
      ...(run === undefined ? {} : { run }),
      ...(pull === undefined ? {} : { pull }),
    };
  }

  #at(key: TaskKey): TaskWorld {
    const at = this.tasks.get(key);
    if (at === undefined) throw new Error(`there is no ${key}`);
    return at;
  }

  #time(): string {
    return new Date(this.now).toISOString();
  }

  #id(of: string): string {
    this.#ids += 1;
    return `${of}${this.#ids}`;
  }
}

export const deedNames = [
  "complete",
  "drop",
  "reopen",
  "merge",
  "close-pull",
  "reopen-pull",
  "conflict",
  "rebase",
  "label",
  "unlabel",
  "block",
  "unblock",
  "hide",
  "show",
] as const;
export type Deed = (typeof deedNames)[number];

const deeds: Readonly<Record<Deed, (at: TaskWorld, others: Set<number>) => void>> = {
  complete: (at) => close(at, "completed"),
  drop: (at) => close(at, "not_planned"),
  reopen: ({ issue }) => {
    if (issue === undefined) return;
    issue.state = "open";
    delete issue.reason;
  },
  merge: (at) => changePull(at, "open", { state: "merged" }),
  "close-pull": (at) => changePull(at, "open", { state: "closed" }),
  "reopen-pull": (at) => changePull(at, "closed", { state: "open" }),
  conflict: (at) => changePull(at, "open", { mergeable: "conflict" }),
  rebase: (at) => changePull(at, "open", { mergeable: "yes" }),
  label: (at) => relabel(at, [pausedLabel], []),
  unlabel: (at) => relabel(at, [], [pausedLabel]),
  block: (at, others) => {
    others.add(99);
    at.issue?.blockers.add(99);
  },
  unblock: (_, others) => void others.delete(99),
  hide: (at) => {
    at.hidden = at.issue !== undefined;
  },
  show: (at) => {
    at.hidden = false;
  },
};

function changePull(at: TaskWorld, from: PullView["state"], change: Partial<PullView>): void {
  if (at.pull?.state === from) at.pull = { ...at.pull, ...change };
}

function close({ issue }: TaskWorld, reason: "completed" | "not_planned"): void {
  if (issue === undefined || issue.state === "closed") return;
  issue.state = "closed";
  issue.reason = reason;
}

function relabel({ issue }: TaskWorld, add: readonly string[], remove: readonly string[]): void {
  if (issue === undefined) return;
  issue.labels = [...new Set([...issue.labels.filter((label) => !remove.includes(label)), ...add])];
}

function identity({ task }: Pick<TaskWorld, "task">): TaskIssue {
  const number = firstIssue + Number(task.key.slice(1));
  return { number, id: number, nodeId: `I_${number}` };
}
