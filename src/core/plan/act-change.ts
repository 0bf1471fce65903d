import type { TaskKey } from "../task/task.ts";
import type { Act, ActContext, Acted, NextState } from "./act.ts";
import { ask, waiveAll } from "./act-questions.ts";
import type { Applied } from "./apply.ts";
import { applyAll } from "./apply.ts";
import { changedTasks } from "./changed-tasks.ts";
import { beforeChange } from "./head.ts";
import { listKeys } from "./keys.ts";
import type { Plan, PlanRecord, PlanState } from "./plan.ts";
import type { Refused } from "./refuse.ts";
import { refuse } from "./refuse.ts";
import { revise } from "./revise.ts";
import { withoutSteering } from "./steering-change.ts";

type Change = Extract<Act, { kind: "change" }>;
type Submit = Extract<Act, { kind: "submit" }>;

/** One revision more: of the draft, or an amendment of the approved plan. */
export function change(state: PlanState | undefined, wanted: Change, context: ActContext): Acted {
  if (wanted.expects !== undefined && wanted.expects !== (state?.record.revision ?? 0)) return { kind: "moved" };
  const why = state === undefined ? undefined : (whyNotProposed(state, wanted) ?? whyNotRestored(state, wanted));
  if (why !== undefined) return refuse(why);
  const before = wanted.amend === undefined ? state : beforeChange(state);
  const applied = applyAll(before, wanted.commands, { tasks: context.maxTasks });
  if (applied.kind === "refused") return applied;
  const { plan, summary } = applied;
  const record = nextRecord(state, { wanted, applied }, context);
  const usedUp = {
    ...(isAnew(wanted) || wanted.accepts !== undefined ? { proposal: null } : {}),
    ...writtenOver(state, wanted, record),
  };
  if (state?.record.status.kind !== "approved") {
    return { kind: "changed", next: { ...asDraft(state, plan, record), ...usedUp }, summary };
  }
  const started = touchesStarted(state.plan, plan, wanted.amend?.started ?? []);
  if (started !== undefined) return refuse(started);
  // An amendment that came to be the approved plan again is none.
  const amendment = record.revisions.at(-1)?.hash === state.hash ? null : plan;
  return { kind: "changed", next: { plan: state.plan, record, amendment, ...usedUp }, summary };
}

/** A plan and its approval by whoever asked for it, in one. */
export function submit(state: PlanState | undefined, { commands, planner }: Submit, context: ActContext): Acted {
  const why = whyNotSubmit(state, context);
  if (why !== undefined) return refuse(why);
  const changed = change(state, { kind: "change", commands, planner }, context);
  if (changed.kind !== "changed") return changed;
  const { plan, record } = changed.next;
  const { by, at, comment, hashOf } = context;
  const approval = { revision: record.revision, hash: hashOf(plan), by, comment, at };
  return {
    kind: "changed",
    next: { ...changed.next, record: { ...record, status: { kind: "approved", approval } } },
    summary: `${changed.summary} and approved as r${record.revision}`,
  };
}

/** Why an amendment cannot be: it changes or removes what has been started. */
export function touchesStarted(from: Plan, to: Plan, started: readonly TaskKey[]): string | undefined {
  const { changed, removed } = changedTasks(from, to);
  const touched = [...changed, ...removed].filter((key) => started.includes(key));
  if (touched.length === 0) return undefined;
  const free = from.tasks.map(({ key }) => key).filter((key) => !started.includes(key));
  const rest = free.length === 0 ? "it can only add tasks" : `it can add tasks and change ${listKeys(free)}`;
  return `${listKeys(touched)} ${touched.length === 1 ? "has" : "have"} been started and an amendment leaves that alone; ${rest}`;
}

type Changed = Exclude<Applied, Refused>;

/** One revision on, with the questions that come with it; those of a plan that is replaced are waived. */
function nextRecord(
  state: PlanState | undefined,
  { wanted, applied }: { readonly wanted: Change; readonly applied: Changed },
  context: ActContext,
): PlanRecord {
  const last = wanted.commands.at(-1);
  const facts = {
    hash: context.hashOf(applied.plan),
    summary: applied.summary,
    // Only what is exactly an earlier revision again counts as one.
    restores: last?.kind === "restore" ? last.revision : undefined,
    lastKey: applied.lastKey,
    planner: wanted.planner,
  };
  const revised = revise(state?.record, facts, context);
  return ask(isAnew(wanted) ? withoutSteering(waiveAll(revised)) : revised, wanted.questions ?? []);
}

function isAnew({ commands }: Change): boolean {
  return commands.some(({ kind }) => kind === "plan");
}

/** Whoever writes the whole text answers for it, whatever somebody else's commit had made of it; an approved plan stays on hold until that is approved. */
function writtenOver(
  state: PlanState | undefined,
  { commands }: Change,
  { revision }: PlanRecord,
): Pick<NextState, "foreign"> {
  const whole = commands.some(({ kind }) => kind === "edit" || kind === "restore" || kind === "plan");
  if (state?.foreign === undefined || !whole) return {};
  return { foreign: state.record.status.kind === "approved" ? { ...state.foreign, amended: revision } : null };
}

function asDraft(state: PlanState | undefined, plan: Plan, { catchUp, ...record }: PlanRecord) {
  const draft: PlanRecord = { ...record, status: { kind: "draft" } };
  return { plan, record: draft, ...(state?.amendment === undefined ? {} : { amendment: null }) };
}

/** A task whose issue was closed when its plan was given up does not come back to life. */
function whyNotRestored({ plan, record }: PlanState, { commands }: Change): string | undefined {
  for (const command of commands) {
    if (command.kind !== "restore") continue;
    const gone = command.tasks.find(
      ({ key }) => record.tasks[key] !== undefined && !plan.tasks.some((task) => task.key === key),
    );
    if (gone === undefined) continue;
    const number = record.tasks[gone.key]?.number;
    return `r${command.revision} has ${gone.key}, whose issue #${number} was given up; add it as a new task`;
  }
  return undefined;
}

function whyNotProposed({ proposal }: PlanState, { accepts }: Change): string | undefined {
  if (accepts === undefined || proposal?.number === accepts) return undefined;
  if (proposal === undefined) return "nothing is proposed now";
  return `P${accepts} is not proposed any more; P${proposal.number} is`;
}

function whyNotSubmit(state: PlanState | undefined, { twoPersons }: ActContext): string | undefined {
  if (twoPersons) return "two people are wanted here: plan it with /plan, and somebody else approves it";
  const status = state?.record.status;
  if (status?.kind === "draft") {
    return `there is a draft plan here, r${state?.record.revision}: approve or cancel it first, or use an issue of its own`;
  }
  if (status?.kind !== "approved") return undefined;
  return `the plan here was approved as r${status.approval.revision}: /amend adds to it, or use an issue of its own`;
}
