import type { PlanCommand, TaskChange } from "../core/plan/command.ts";
import type { Plan, Question, Usage } from "../core/plan/plan.ts";
import type { Specialist } from "../core/task/specialist.ts";
import type { PlannedTask } from "../core/task/task.ts";

/** One comment of the thread as it stood when the command was written. */
export interface ThreadEntry {
  readonly author: string;
  /** `maintainer` may command here; `planner` is an answer of ours; all else is data and nothing more. */
  readonly voice: "maintainer" | "planner" | "other";
  readonly text: string;
}

/** What every request of a planner knows. */
export interface PlanningContext {
  readonly issue: {
    readonly number: number;
    readonly title: string;
    readonly body: string;
    /** Its author may command here; otherwise its text is data and nothing more. */
    readonly trusted: boolean;
  };
  /** Oldest first, before the command. */
  readonly thread: readonly ThreadEntry[];
  readonly specialists: readonly Specialist[];
  /** The plan as it is, an amendment before what it amends. */
  readonly plan?: Plan;
  readonly questions: readonly Question[];
  readonly maxTasks: number;
  /** The highest key number the plan ever gave, where removed tasks had higher ones than those that are left. */
  readonly lastKey?: number;
}

export interface PlanRequest extends PlanningContext {
  /** What the person asked for, or the issue's title and text. */
  readonly goal: string;
  /** The goal is the issue's own title and text, taken over by a bare `/plan`. */
  readonly adopted: boolean;
  /** How to plan again, in a maintainer's words. */
  readonly guidance?: string;
}

/** One task to change or to cut up as told. */
export interface TaskRequest extends PlanningContext {
  readonly plan: Plan;
  readonly task: PlannedTask;
  readonly text: string;
}

export interface SplitRequest extends TaskRequest {
  /** So many parts; the planner's choice when absent. */
  readonly into?: number;
}

export interface DiscussRequest extends PlanningContext {
  /** By somebody with triage permission at least. */
  readonly text: string;
  readonly author: string;
  /** Its author may command here; otherwise it is a question, and data. */
  readonly trusted?: boolean;
}

/** One line for the thread: it could not be done, and why. Usage counts either way. */
export interface PlannerRefusal {
  readonly kind: "refused";
  readonly reason: string;
  readonly usage: Usage;
}

/** A plan's tasks (keys T1, T2 … say who needs whom), and what must be known before it is worth approving. */
export type Planned =
  | {
      readonly kind: "planned";
      readonly tasks: readonly PlannedTask[];
      readonly questions: readonly string[];
      readonly usage: Usage;
    }
  | PlannerRefusal;

export type Modified =
  | { readonly kind: "modified"; readonly change: TaskChange; readonly usage: Usage }
  | PlannerRefusal;

export type Split =
  | { readonly kind: "split"; readonly parts: readonly PlannedTask[]; readonly usage: Usage }
  | PlannerRefusal;

/** Words for the thread (foreign text: neutralise it), and what was proposed or asked with them. */
export type Discussed =
  | {
      readonly kind: "discussed";
      readonly text: string;
      readonly changes: readonly PlanCommand[];
      readonly questions: readonly string[];
      readonly usage: Usage;
    }
  | PlannerRefusal;

/** Who makes plans. */
export interface Planner {
  /** Shown to people: `keywords` or the model's name. */
  readonly name: string;
  /** Asks a model: each turn costs money and must not be given twice. */
  readonly isModel: boolean;
  plan(request: PlanRequest, signal: AbortSignal): Promise<Planned>;
  modify(request: TaskRequest, signal: AbortSignal): Promise<Modified>;
  split(request: SplitRequest, signal: AbortSignal): Promise<Split>;
  discuss(request: DiscussRequest, signal: AbortSignal): Promise<Discussed>;
}
