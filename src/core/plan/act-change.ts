import type { TaskKey } from "../task/task.ts";
import type { Act, ActContext, Acted } from "./act.ts";
import { ask, waiveAll } from "./act-questions.ts";
import type { Applied } from "./apply.ts";
import { applyAll } from "./apply.ts";
import { changedTasks } from "./changed-tasks.ts";
import type { PlanCommand } from "./command.ts";
import { beforeChange } from "./head.ts";
import { listKeys } from "./keys.ts";
import type { Plan, PlanRecord, PlanState } from "./plan.ts";
import type { Refused } from "./refuse.ts";
import { refuse } from "./refuse.ts";
import { revise } from "./revise.ts";

type Change = Extract<Act, { kind: "change" }>;
type Submit = Extract<Act, { kind: "submit" }>;

/** One revision more: of the draft, or an amendment of the approved plan. */
export function change(state: PlanState | undefined, wanted: Change, context: ActContext): Acted {
  if (wanted.expects !== undefined && wanted.expects !== (state?.record.revision ?? 0)) return { kind: "moved" };
  const used = wanted.accepts === undefined ? undefined : whyNotProposed(state, wanted.accepts);
  if (used !== undefined) return refuse(used);
  const approved = state?.record.status.kind === "approved" ? state : undefined;
  const ended = state && whyNotRestored(state, wanted.commands);
  if (ended !== undefined) return refuse(ended);
  const before = wanted.amend === undefined ? state : beforeChange(state);
  const applied = applyAll(before, wanted.commands, { tasks: context.maxTasks });
  if (applied.kind === "refused") return applied;
  const started = approved && touchesStarted(approved.plan, applied.plan, wanted.amend?.started ?? []);
  if (started !== undefined) return refuse(started);
  const hash = context.hashOf(applied.plan);
  const { lastKey, summary } = applied;
  const { planner } = wanted;
  const revised = revise(
    state?.record,
    { hash, lastKey, planner, summary, restores: restored(wanted.commands) },
    context,
  );
  const anew = wanted.commands.some(({ kind }) => kind === "plan");
  const asked = ask(anew ? waiveAll(revised) : revised, wanted.questions ?? []);
  const usedUp = anew || wanted.accepts !== undefined ? { proposal: null } : {};
  const written =
    approved === undefined
      ? asDraft(state, applied.plan, asked)
      : asAmendment(approved, { applied, hash, record: asked });
  return { kind: "changed", next: { ...written, ...usedUp }, summary };
}

/** A plan and its approval by whoever asked for it, in one. */
export function submit(state: PlanState | undefined, wanted: Submit, context: ActContext): Acted {
  const why = whyNotSubmit(state, context);
  if (why !== undefined) return refuse(why);
  const { kind, ...rest } = wanted;
  const changed = change(state, { kind: "change", commands: rest.commands, planner: rest.planner }, context);
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

function asDraft(state: PlanState | undefined, plan: Plan, record: PlanRecord) {
  const { catchUp, ...rest } = record;
  const draft: PlanRecord = { ...rest, status: { kind: "draft" } };
  return { plan, record: draft, ...(state?.amendment === undefined ? {} : { amendment: null }) };
}

/** An amendment that came to be the approved plan again is none. */
function asAmendment(
  { plan, hash: approvedHash }: PlanState,
  { applied, hash, record }: { applied: Exclude<Applied, Refused>; hash: string; record: PlanRecord },
) {
  return { plan, record, amendment: hash === approvedHash ? null : applied.plan };
}

/** Only what is exactly an earlier revision again counts as one. */
function restored(commands: readonly PlanCommand[]): number | undefined {
  const last = commands.at(-1);
  return last?.kind === "restore" ? last.revision : undefined;
}

/** A task whose issue was closed when its plan was given up does not come back to life. */
function whyNotRestored({ plan, record }: PlanState, commands: readonly PlanCommand[]): string | undefined {
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

function whyNotProposed(state: PlanState | undefined, number: number): string | undefined {
  const latest = state?.proposal?.number;
  if (latest === number) return undefined;
  return latest === undefined ? "nothing is proposed now" : `P${number} is not proposed any more; P${latest} is`;
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
