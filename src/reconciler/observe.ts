import type { HeldLease } from "../core/lease/lease.ts";
import { phaseParentsOf } from "../core/plan/phases.ts";
import type { PlanState, TaskIssue } from "../core/plan/plan.ts";
import { workBranch } from "../core/queue/attempts.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { IssueView, LeaseView, Snapshot, TaskSnapshot } from "../core/queue/snapshot.ts";
import type { Spending } from "../core/queue/spending.ts";
import type { PlannedTask, TaskKey } from "../core/task/task.ts";
import type { PlanView } from "../ports/forge/plan-views.ts";
import { saidOf } from "./contested.ts";
import { formerTasks } from "./former.ts";
import { isPlanComment } from "./perform/own-comment.ts";
import { phaseParents, phaseStrays } from "./phase-parents.ts";
import type { ReadingPorts } from "./ports.ts";
import { findPublication, recordedEpoch } from "./publications.ts";
import type { SeenView } from "./readings.ts";
import type { Sightings } from "./sightings.ts";
import { withSpending } from "./spending.ts";

export interface Observation {
  readonly ports: Pick<ReadingPorts, "forge" | "plans" | "leases" | "dispatch" | "log">;
  readonly policy: Pick<Policy, "bots" | "commands" | "budget">;
  readonly sightings: Sightings;
  readonly state: PlanState;
  /** Every lease of the repository, listed after `runs` were read. */
  readonly leases: ReadonlyMap<number, HeldLease>;
  readonly runs: ReturnType<ReadingPorts["dispatch"]["runs"]>;
  readonly hold?: string;
  /** What was spent today in the whole repository, where that is limited. */
  readonly today?: Spending;
  readonly parked?: Snapshot["parked"];
}

/** One plan as it is now. One that has no issues costs one request at most: its comment. */
export async function observe(at: Observation): Promise<Snapshot> {
  return hasIssues(at.state) ? withSpending(at, await observeWhole(at)) : observeComment(at);
}

/** Before approval there are only those of a plan that was cancelled and begun anew. */
function hasIssues({ record }: PlanState): boolean {
  const { kind } = record.status;
  return kind === "approved" || kind === "done" || Object.keys(record.tasks).length > 0;
}

async function observeComment(at: Observation): Promise<Snapshot> {
  const tasks = at.state.plan.tasks.map((task): TaskSnapshot => ({ task, folded: false }));
  return { ...(await frame(at)), parent: { state: "open", nodeId: "" }, tasks };
}

async function observeWhole(at: Observation): Promise<Snapshot> {
  const { tasks } = at.state.plan;
  const first = await look(at, at.state.record.tasks);
  const matches = matchIssues(at, first);
  const adopted = tasks.some(({ key }) => matches.has(key) && at.state.record.tasks[key] === undefined);
  // What an adopted task's branch has led to could not be asked for before the task's issue was known.
  const view = adopted ? await look(at, Object.fromEntries(matches)) : first;
  const found = indexOf(at, view);
  const taskSnapshots = await Promise.all(tasks.map((task) => snapshotOf(at, found, task, matches.get(task.key))));
  const former = await Promise.all(formerTasks(at, view).map(({ task, issue }) => snapshotOf(at, found, task, issue)));
  const phases = phaseParents(at.state, view);
  const strays = [...straysOf(at, view, matches), ...phaseStrays(at.state, view, phases)];
  const numbers = new Set([...view.issues, ...view.pulls].map(({ number }) => number));
  const isUpToDate = at.sightings.readings.isUpToDate(at.state.record.issue, numbers);
  const framed = await frame(at);
  return {
    ...framed,
    parent: {
      state: view.parent.state,
      nodeId: view.parent.nodeId,
      children: view.issues.filter(({ parent }) => parent === undefined).length + (view.elsewhere ?? 0),
    },
    ...(phases.length === 0 ? {} : { phases }),
    tasks: taskSnapshots,
    ...(strays.length === 0 ? {} : { strays }),
    ...(former.length === 0 ? {} : { former }),
    // Concluding from what is missing would do things twice.
    ...(isUpToDate || framed.hold !== undefined ? {} : { hold: "the forge does not show yet what was just created" }),
  };
}

/** The remembered view serves while nobody doubts it and it says enough. */
function look(at: Observation, issues: Readonly<Partial<Record<TaskKey, TaskIssue>>>): Promise<PlanView> {
  const branches = new Map(
    at.state.plan.tasks.flatMap((task) => {
      const number = issues[task.key]?.number;
      if (number === undefined) return [];
      const lease = leaseOf(at, number);
      return [[branchOf(task, lease, number), lease?.oid] as const];
    }),
  );
  const { issue } = at.state.record;
  const parents = phaseParentsOf(at.state.record);
  const read = async () => {
    const view = await at.ports.forge.plans.observe({ issue, parents, branches: [...branches.keys()] });
    return { ...view, parents, branches };
  };
  return at.sightings.readings.view(issue).get(read, (seen) => saysEnough(seen, { parents, branches }));
}

/** It knows every phase parent and branch, and no branch with an open pull request may have been pushed to: publishing moves the lease. */
function saysEnough(seen: SeenView, { parents, branches }: Pick<SeenView, "parents" | "branches">): boolean {
  if (!parents.every((parent) => seen.parents.includes(parent))) return false;
  const isOpen = (branch: string) => seen.pulls.some((pull) => pull.branch === branch && pull.state === "open");
  return [...branches].every(
    ([branch, lease]) => seen.branches.has(branch) && (!isOpen(branch) || seen.branches.get(branch) === lease),
  );
}

/** The ledger's word first; else the oldest issue with the task's marker, so that what was created is never created again. */
function matchIssues({ state }: Observation, view: PlanView): ReadonlyMap<TaskKey, PlanView["issues"][number]> {
  const newestFirst = [...view.issues].sort((a, b) => b.number - a.number);
  const byNumber = new Map(newestFirst.map((issue) => [issue.number, issue]));
  const byKey = new Map(newestFirst.map((issue) => [issue.key, issue]));
  return new Map(
    state.plan.tasks.flatMap(({ key }) => {
      const recorded = state.record.tasks[key];
      const found = recorded === undefined ? byKey.get(key) : byNumber.get(recorded.number);
      return found === undefined ? [] : [[key, found] as const];
    }),
  );
}

function straysOf(
  { state }: Observation,
  view: PlanView,
  matches: ReadonlyMap<TaskKey, { readonly number: number }>,
): readonly number[] {
  return view.issues.flatMap(({ key, number, state: issueState }) => {
    if (key === undefined || issueState === "closed") return [];
    const chosen = state.record.tasks[key]?.number ?? matches.get(key)?.number;
    return chosen === undefined || chosen === number ? [] : [number];
  });
}

/** What is looked up for each task. */
interface Index {
  readonly pulls: ReadonlyMap<string, PlanView["pulls"][number]>;
  readonly runs: ReadonlyMap<number, Observation["runs"][number]>;
}

function indexOf({ runs }: Observation, { pulls }: PlanView): Index {
  return {
    pulls: new Map([...pulls].reverse().map((pull) => [pull.branch, pull])),
    runs: new Map([...runs].reverse().map((run) => [run.issue, run])),
  };
}

/** Titles are read once: they stay as long as the plan does. */
const branches = new WeakMap<PlannedTask, { readonly issue: number; readonly branch: string }>();

function branchOf(task: PlannedTask, lease: LeaseView | undefined, issue: number): string {
  if (lease !== undefined) return workBranch({ task, lease }, issue);
  const known = branches.get(task);
  if (known?.issue === issue) return known.branch;
  const branch = workBranch({ task }, issue);
  branches.set(task, { issue, branch });
  return branch;
}

async function snapshotOf(
  at: Observation,
  { pulls, runs }: Index,
  task: PlannedTask,
  found: PlanView["issues"][number] | undefined,
): Promise<TaskSnapshot> {
  if (found === undefined) return { task, folded: false };
  const issue = issueOf(found);
  const { number, state } = issue;
  const lease = leaseOf(at, number);
  const unreadableLease = at.ports.leases.unreadable?.().get(number);
  const pull = pulls.get(branchOf(task, lease, number));
  const run = runs.get(number);
  const mergeRefused = pull && at.sightings.mergeRefused(pull.number);
  const headSeenFor = pull?.state === "open" ? at.sightings.headSeenFor(pull) : undefined;
  const earlierEpoch = lease === undefined && state === "open" ? await epochBefore(at, task.key) : 0;
  const labelsRest = at.sightings.contested.untilAsked(number, saidOf(at.state.record.steering?.tasks?.[task.key]));
  const stateLabelRest = at.sightings.contestedStates.resting(number);
  const publication = lease === undefined ? { folded: false } : await findPublication(at, task.key, lease);
  return {
    task,
    issue,
    ...publication,
    ...(lease === undefined ? {} : { lease }),
    ...(unreadableLease === undefined ? {} : { unreadableLease }),
    ...(earlierEpoch === 0 ? {} : { earlierEpoch }),
    ...(run === undefined ? {} : { run }),
    ...(pull === undefined ? {} : { pull }),
    ...(headSeenFor === undefined ? {} : { headSeenFor }),
    ...(mergeRefused === undefined ? {} : { mergeRefused }),
    ...(labelsRest === 0 ? {} : { labelsRest }),
    ...(stateLabelRest === undefined ? {} : { stateLabelRest }),
  };
}

function issueOf(found: PlanView["issues"][number]): IssueView {
  const { number, id, nodeId, state, reason, labels, openBlockers, blockersElsewhere } = found;
  return {
    ...{ number, id, nodeId, state, labels, openBlockers },
    ...(blockersElsewhere === undefined ? {} : { blockersElsewhere }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A lease goes when its task is closed: records of what was published before are there still when that is opened again. */
async function epochBefore({ ports, sightings, state }: Observation, key: TaskKey): Promise<number> {
  if (!state.folded.includes(key)) return 0;
  return recordedEpoch({ ports, sightings, plan: state.record.issue }, key);
}

function leaseOf({ leases, ports, sightings }: Observation, issue: number): LeaseView | undefined {
  const held = leases.get(issue);
  if (held === undefined) return undefined;
  return {
    ...held,
    unchangedFor: sightings.leaseUnchangedFor(issue, held),
    holderGone: ports.dispatch.isGone(held.lease.holder),
  };
}

async function frame(at: Observation) {
  const { ports, sightings, state } = at;
  const { issue, comment: id } = state.record;
  const hold = at.hold ?? (await sightings.approvals.problem(at));
  const twins = await findTwins(at);
  const read = async () => (id === undefined ? undefined : ports.forge.comments.get(id));
  const comment =
    id === undefined ? undefined : await sightings.readings.comment(issue).get(read, (it) => it?.id === id);
  return {
    repository: ports.forge.repository,
    defaultBranch: ports.forge.defaultBranch,
    state,
    ...(comment === undefined ? {} : { comment: { id: comment.id, body: comment.body } }),
    ...(twins.length < 2 ? {} : { twins }),
    ...(hold === undefined ? {} : { hold }),
  };
}

/** Plan comments of ours, oldest first; looked for only when we made one a moment ago. */
async function findTwins({ ports, sightings, state }: Observation): Promise<readonly number[]> {
  const { issue } = state.record;
  if (sightings.untilTwinsShow(issue) !== 0) return [];
  const { comments, botLogin } = ports.forge;
  const all = await comments.ofIssue(issue);
  const own = all.filter(({ author, body }) => author === botLogin && isPlanComment(body, issue)).map(({ id }) => id);
  if (own.length < 2) sightings.noteNoTwins(issue);
  return own;
}
