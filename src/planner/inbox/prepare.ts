import type { Act } from "../../core/plan/act.ts";
import type { PlanBefore } from "../../core/plan/apply.ts";
import { applyAll } from "../../core/plan/apply.ts";
import { beforeChange } from "../../core/plan/head.ts";
import type { PlanState, Usage } from "../../core/plan/plan.ts";
import { noUsage } from "../../core/plan/plan.ts";
import { addUsage } from "../../core/plan/usage.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { Command } from "../../wire/commands/command.ts";
import type { PlanningContext } from "../planner.ts";
import { planningContext } from "./context.ts";
import type { Handled, Turn } from "./handlers/handler.ts";
import { handle } from "./handlers/index.ts";
import type { InboxOptions } from "./options.ts";

/** What the commands of one comment come to, or the first reason why not; usage counts either way. */
export type Prepared =
  | {
      readonly kind: "prepared";
      readonly acts: readonly Act[];
      /** What the thread is told, from the plan as it is then. */
      readonly says: readonly ((after: PlanState | undefined) => string)[];
      readonly usage: Usage;
    }
  | { readonly kind: "refused"; readonly reason: string; readonly usage: Usage; readonly at?: number };

export type PrepareContext = Omit<Turn, "options" | "before" | "context" | "started" | "standings"> & {
  readonly options: Turn["options"] & Pick<InboxOptions, "standings">;
};

type Done = Extract<Handled, { kind: "done" }>;
type Change = Extract<Act, { kind: "change" }>;

/** Asks what must be asked before deciding; each command sees the plan as those before it would leave it. */
export async function prepare(commands: readonly Command[], context: PrepareContext): Promise<Prepared> {
  const { state, policy } = context;
  const amends = isAmendment(commands, state);
  const started = amends ? await context.options.started(context.comment.issue) : undefined;
  const around = once(() => planningContext(context));
  const standings = once(() => context.options.standings(context.comment.issue));
  const done: Done[] = [];
  let usage = noUsage;
  let before = amends ? beforeChange(state) : state;
  for (const [at, command] of commands.entries()) {
    const turn = { ...context, before, started: started ?? [], standings, context: () => withPlan(around, before) };
    const step = await handle(command, turn);
    usage = addUsage(usage, step.usage ?? noUsage);
    if (step.kind === "refused") return { kind: "refused", reason: step.reason, usage, at };
    done.push(step);
    if (step.changes === undefined || step.changes.length === 0) continue;
    const applied = applyAll(before, step.changes, { tasks: policy.maxTasks });
    if (applied.kind === "refused") return { ...applied, usage, at };
    const { plan, lastKey } = applied;
    before = { plan, record: { status: { kind: "draft" }, lastKey, tasks: state?.record.tasks ?? {} } };
  }
  if (commands.some(({ verb }) => verb === "amend") && !done.some(({ changes }) => changes !== undefined)) {
    return { kind: "refused", reason: nothingToAmend, usage, at: 0 };
  }
  const says = done.flatMap(({ say }) => say ?? []);
  return { kind: "prepared", acts: actsOf(done, state, started), says, usage };
}

const nothingToAmend = "/amend needs a change; write for example /amend add Write the release notes after T4";

/** Words that go back or take a proposal mean the amendment where the plan is approved. */
function isAmendment(commands: readonly Command[], state: PlanState | undefined): boolean {
  if (state?.record.status.kind !== "approved") return false;
  return commands.some(({ verb }) => verb === "amend" || verb === "accept" || verb === "undo");
}

/** All changes are one act, where the first of them stands; the others follow in order. */
function actsOf(
  done: readonly Done[],
  state: PlanState | undefined,
  started: readonly TaskKey[] | undefined,
): readonly Act[] {
  const changing = done.filter(({ changes }) => changes !== undefined && changes.length > 0);
  const exact = changing.some((step) => step.exact);
  const change: Change = {
    kind: "change",
    commands: changing.flatMap(({ changes }) => changes ?? []),
    planner: changing.findLast(({ planner }) => planner !== undefined)?.planner,
    questions: changing.flatMap(({ questions }) => questions ?? []),
    accepts: changing.find(({ accepts }) => accepts !== undefined)?.accepts,
    ...(started === undefined ? {} : { amend: { started } }),
    ...(exact ? { expects: state?.record.revision ?? 0 } : {}),
  };
  return done.flatMap((step): Act[] => {
    if (step === changing[0]) return [change];
    return step.act === undefined ? [] : [step.act];
  });
}

async function withPlan(
  around: () => Promise<Omit<PlanningContext, "plan">>,
  before: PlanBefore,
): Promise<PlanningContext> {
  const context = await around();
  return before === undefined ? context : { ...context, plan: before.plan, lastKey: before.record.lastKey };
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
