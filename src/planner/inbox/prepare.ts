import type { PlanBefore } from "../../core/plan/apply.ts";
import { apply, findTask } from "../../core/plan/apply.ts";
import type { PlanCommand, TaskChange } from "../../core/plan/command.ts";
import { planLimits } from "../../core/plan/limits.ts";
import type { Usage } from "../../core/plan/plan.ts";
import { noUsage } from "../../core/plan/plan.ts";
import { addUsage } from "../../core/plan/usage.ts";
import type { IssueDetail } from "../../ports/forge/issues.ts";
import type { Command } from "../../wire/commands/command.ts";
import { parseTaskIssue } from "../../wire/task-issue.ts";
import { visibleText } from "../../wire/visible-text.ts";
import type { Planner } from "../planner.ts";
import { isSpecialist, specialistFor, specialistNames } from "../specialists.ts";

/** What the commands of one comment would do to the plan, or the first reason why not; usage counts either way. */
export type Prepared =
  | {
      readonly kind: "prepared";
      readonly commands: readonly PlanCommand[];
      readonly usage: Usage;
      readonly planned: boolean;
    }
  | { readonly kind: "refused"; readonly reason: string; readonly usage: Usage; readonly at: number };

export interface PrepareContext {
  readonly planner: Planner;
  readonly issue: IssueDetail;
  /** The app's login: only its own issues are task issues. */
  readonly botLogin: string;
  /** The issue's author may command here. */
  readonly trusted: boolean;
  readonly signal: AbortSignal;
}

/** Asks the planner where needed; each command sees the plan as those before it would leave it. */
export async function prepare(
  before: PlanBefore,
  commands: readonly Command[],
  context: PrepareContext,
): Promise<Prepared> {
  const prepared: PlanCommand[] = [];
  let usage = noUsage;
  let state = before;
  for (const [at, command] of commands.entries()) {
    const step = await prepareOne(state, command, context);
    usage = addUsage(usage, step.usage ?? noUsage);
    if (step.kind === "refused") return { kind: "refused", reason: step.reason, usage, at };
    if (step.command === undefined) continue;
    const applied = apply(state, step.command);
    if (applied.kind === "refused") return { ...applied, usage, at };
    prepared.push(step.command);
    const { plan, lastKey } = applied;
    state = { plan, record: { status: { kind: "draft" }, lastKey, tasks: before?.record.tasks ?? {} } };
  }
  return { kind: "prepared", commands: prepared, usage, planned: commands.some(({ verb }) => verb === "plan") };
}

type Step =
  | { readonly kind: "ready"; readonly command?: PlanCommand; readonly usage?: Usage }
  | { readonly kind: "refused"; readonly reason: string; readonly usage?: Usage };

async function prepareOne(before: PlanBefore, command: Command, context: PrepareContext): Promise<Step> {
  switch (command.verb) {
    case "plan":
      return preparePlan(before, command, context);
    case "add":
      return prepareAdd(command);
    case "remove":
      return { kind: "ready", command: { kind: "remove", key: command.key } };
    case "modify":
      return prepareModify(before, command, context);
    default:
      return { kind: "ready" };
  }
}

async function preparePlan(before: PlanBefore, { goal }: { goal?: string }, context: PrepareContext): Promise<Step> {
  const { issue, planner, trusted, signal } = context;
  const reason = whyNotHere(issue, context.botLogin) ?? whyNotNow(before);
  if (reason !== undefined) return { kind: "refused", reason };
  const wanted = (goal ?? visibleText(`${issue.title}\n\n${issue.body}`)).trim().slice(0, planLimits.goal);
  if (wanted === "") return { kind: "refused", reason: "the goal is empty; write for example /plan Add OAuth login" };
  const about = { title: issue.title, body: issue.body, trusted };
  const planned = await planner.plan(
    { goal: wanted, adopted: goal === undefined, issue: about, former: before?.plan },
    signal,
  );
  if (planned.kind === "refused") return planned;
  return { kind: "ready", command: { kind: "plan", goal: wanted, tasks: planned.tasks }, usage: planned.usage };
}

function whyNotHere(issue: IssueDetail, botLogin: string): string | undefined {
  if (issue.state === "closed") return "this issue is closed; open it again first";
  const marker = issue.author === botLogin ? parseTaskIssue(issue.body) : undefined;
  return marker === undefined
    ? undefined
    : `this issue is task ${marker.key} of the plan in #${marker.plan}; a plan needs an issue of its own`;
}

/** What `apply` would refuse anyway, before a model is paid for it. */
function whyNotNow(before: PlanBefore): string | undefined {
  const status = before?.record.status.kind;
  if (before === undefined || (status !== "approved" && status !== "done")) return undefined;
  const applied = apply(before, { kind: "plan", goal: "", tasks: [] });
  return applied.kind === "refused" ? applied.reason : undefined;
}

function prepareAdd(command: Extract<Command, { verb: "add" }>): Step {
  const specialist = command.specialist ?? specialistFor(command.title);
  if (!isSpecialist(specialist)) return unknownSpecialist(specialist);
  return {
    kind: "ready",
    command: {
      kind: "add",
      task: {
        title: command.title,
        description: command.title,
        acceptance: [],
        specialist,
        phase: specialist === "test-engineer" ? "testing" : "implementation",
        needs: command.needs ?? [],
        priority: command.priority ?? "normal",
        touches: [],
      },
    },
  };
}

async function prepareModify(
  before: PlanBefore,
  command: Extract<Command, { verb: "modify" }>,
  { planner, signal }: PrepareContext,
): Promise<Step> {
  const { key, title, needs, specialist, priority, text } = command;
  if (specialist !== undefined && !isSpecialist(specialist)) return unknownSpecialist(specialist);
  const given: TaskChange = {
    ...(title === undefined ? {} : { title }),
    ...(needs === undefined ? {} : { needs }),
    ...(specialist === undefined ? {} : { specialist }),
    ...(priority === undefined ? {} : { priority }),
  };
  const tried = apply(before, { kind: "modify", key, change: given });
  if (tried.kind === "refused" || text === undefined || before === undefined) {
    return tried.kind === "refused" ? tried : { kind: "ready", command: { kind: "modify", key, change: given } };
  }
  const task = findTask(before.plan, key);
  if ("kind" in task) return task;
  const modified = await planner.modify({ plan: before.plan, task, text }, signal);
  if (modified.kind === "refused") return modified;
  return {
    kind: "ready",
    command: { kind: "modify", key, change: { ...modified.change, ...given } },
    usage: modified.usage,
  };
}

function unknownSpecialist(name: string): Step {
  return { kind: "refused", reason: `agent:${name} is not known here; there are ${specialistNames()}` };
}
