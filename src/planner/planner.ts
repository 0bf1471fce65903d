import type { TaskChange } from "../core/plan/command.ts";
import type { Plan, Usage } from "../core/plan/plan.ts";
import type { PlannedTask } from "../core/task/task.ts";

/** What is to be planned. */
export interface PlanRequest {
  /** What the person asked for, or the issue's title and text. */
  readonly goal: string;
  /** The goal is the issue's own title and text, taken over by a bare `/plan`. */
  readonly adopted: boolean;
  readonly issue: {
    readonly title: string;
    readonly body: string;
    /** Its author may command here; otherwise its text is data and nothing more. */
    readonly trusted: boolean;
  };
  /** The plan there is, when it is to be planned anew. */
  readonly former?: Plan;
}

/** One task to change as told. */
export interface ModifyRequest {
  readonly plan: Plan;
  readonly task: PlannedTask;
  readonly text: string;
}

/** A plan's tasks (keys T1, T2 … say who needs whom), or one line for the thread. Usage counts either way. */
export type Planned =
  | { readonly kind: "planned"; readonly tasks: readonly PlannedTask[]; readonly usage: Usage }
  | { readonly kind: "refused"; readonly reason: string; readonly usage: Usage };

export type Modified =
  | { readonly kind: "modified"; readonly change: TaskChange; readonly usage: Usage }
  | { readonly kind: "refused"; readonly reason: string; readonly usage: Usage };

/** Who makes plans. */
export interface Planner {
  /** Shown to people: `keywords` or the model's name. */
  readonly name: string;
  plan(request: PlanRequest, signal: AbortSignal): Promise<Planned>;
  modify(request: ModifyRequest, signal: AbortSignal): Promise<Modified>;
}
