import { apply, applyAll } from "../../core/plan/apply.ts";
import type { PlanCommand } from "../../core/plan/command.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { DiscussRequest, PlanningContext, PlanRequest, SplitRequest, TaskRequest } from "../planner.ts";
import type { DeskOptions } from "./desk.ts";
import type { HandedIn } from "./hand-in-tools.ts";
import { maintainersWords, untrusted } from "./untrusted.ts";

/** What makes one kind of turn: the request, which the model reads last, and what may be handed in. */
export interface TurnKind extends Pick<DeskOptions, "takes" | "endsWith" | "problem"> {
  readonly request: string;
}

/** A whole plan, from scratch or again. */
export function planTurn(request: PlanRequest): TurnKind {
  return {
    request: paragraphs(
      "Make a plan and hand it in with submit_plan.",
      ...goalOf(request),
      request.plan && "The plan as it is will be replaced; what is still right in it may stay.",
      request.guidance && `How a maintainer wants it planned now:\n\n${maintainersWords(request.guidance)}`,
      `At most ${request.maxTasks} tasks.`,
    ),
    takes: ["tasks", "questions"],
    endsWith: "tasks",
    problem: (handed) =>
      handed.kind === "tasks"
        ? reasonOf(
            apply(undefined, { kind: "plan", goal: request.goal, tasks: handed.tasks }, { tasks: request.maxTasks }),
          )
        : undefined,
  };
}

/** One task changed as told. */
export function modifyTurn(request: TaskRequest): TurnKind {
  const { key } = request.task;
  return {
    request: paragraphs(
      `Change the task ${key} and hand that in with propose_changes: one change of the kind modify, with only the fields that change. What a maintainer wants changed:`,
      maintainersWords(request.text),
    ),
    takes: ["changes"],
    endsWith: "changes",
    problem: (handed) => onlyOne(handed, "modify", request) ?? changesProblem(handed, request),
  };
}

/** One task cut up as told. */
export function splitTurn(request: SplitRequest): TurnKind {
  const { key } = request.task;
  const into = request.into === undefined ? "parts" : `${request.into} parts`;
  return {
    request: paragraphs(
      `Split the task ${key} into ${into} and hand that in with propose_changes: one change of the kind split.`,
      request.text !== "" && `How a maintainer wants it split:\n\n${maintainersWords(request.text)}`,
    ),
    takes: ["changes"],
    endsWith: "changes",
    problem: (handed) =>
      onlyOne(handed, "split", request) ?? wrongCount(handed, request) ?? changesProblem(handed, request),
  };
}

/** An answer in words; a proposal and questions beside it. */
export function discussTurn(request: DiscussRequest): TurnKind {
  const { plan, trusted, author, text } = request;
  return {
    request: paragraphs(
      "Answer this in words; look into the repository where that helps, propose changes or ask where that is due.",
      trusted
        ? `A maintainer says:\n\n${maintainersWords(text)}`
        : `Somebody who may not decide here, but may ask:\n\n${untrusted(`comment by ${author}`, text)}`,
      plan && `A task that is added now gets the key T${nextKey(request, plan)}, the next one the key after it.`,
    ),
    takes: ["changes", "questions"],
    endsWith: "words",
    problem: (handed) => (handed.kind === "questions" ? nothingToBlock(plan) : changesProblem(handed, request)),
  };
}

function paragraphs(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === "string").join("\n\n");
}

/** A goal that has become the plan's may be anybody's words. */
function goalOf({ goal, adopted, issue, plan }: PlanRequest): readonly string[] {
  if (adopted && !issue.trusted) {
    return ["A maintainer wants what the issue describes, whose text is by somebody else:", untrusted("goal", goal)];
  }
  return plan?.goal === goal
    ? ["The goal stays:", untrusted("goal", goal)]
    : ["The goal, by a maintainer:", maintainersWords(goal)];
}

function changesProblem(handed: HandedIn, { plan, maxTasks, lastKey }: PlanningContext): string | undefined {
  if (handed.kind !== "changes") return undefined;
  const empty = handed.changes.find((change) => change.kind === "modify" && Object.keys(change.change).length === 0);
  if (empty !== undefined) return "nothing was changed";
  const before = plan && { plan, record: { status: { kind: "draft" as const }, tasks: {}, lastKey } };
  return reasonOf(applyAll(before, handed.changes, { tasks: maxTasks }));
}

function onlyOne(handed: HandedIn, kind: PlanCommand["kind"], { task }: TaskRequest): string | undefined {
  if (handed.kind !== "changes") return undefined;
  const [change, ...more] = handed.changes;
  const right = more.length === 0 && change?.kind === kind && "key" in change && change.key === task.key;
  return right ? undefined : `one change of the kind ${kind} with the key ${task.key} is wanted, and nothing else`;
}

function wrongCount(handed: HandedIn, { into, task }: SplitRequest): string | undefined {
  const change = handed.kind === "changes" ? handed.changes[0] : undefined;
  if (into === undefined || change?.kind !== "split" || change.parts.length === into) return undefined;
  return `${task.key} was cut into ${change.parts.length} parts; ${into} are wanted`;
}

function nothingToBlock(plan: Plan | undefined): string | undefined {
  return plan === undefined ? "there is no plan whose approval a question could block; ask in your answer" : undefined;
}

function nextKey({ lastKey = 0 }: PlanningContext, { tasks }: Plan): number {
  return Math.max(lastKey, ...tasks.map(({ key }) => Number(key.slice(1)))) + 1;
}

function reasonOf(applied: ReturnType<typeof apply>): string | undefined {
  return applied.kind === "refused" ? applied.reason : undefined;
}
