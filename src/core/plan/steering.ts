import type { Priority, TaskKey } from "../task/task.ts";

/** Who steered, when, and by which comment; absent comment: by a label on the task's issue. */
export interface Steered {
  readonly by: string;
  /** ISO 8601, GitHub's clock. */
  readonly at: string;
  readonly comment?: number;
}

/** What people decided about the execution of an approved plan; it is no part of the plan that was approved, and changes no hash. */
export interface Steering {
  /** Nothing of the plan starts or is merged; what runs goes on to its end. */
  readonly paused?: Steered;
  /** Failures of the plan up to here do not count towards its circuit breaker. */
  readonly resumed?: Steered;
  readonly tasks?: Readonly<Partial<Record<TaskKey, TaskSteering>>>;
}

export interface TaskSteering {
  /** It is neither started nor merged; what runs goes on, unless `stopped` says otherwise. */
  readonly paused?: Steered;
  /** Runs of this epoch and of earlier ones are to end. */
  readonly stopped?: Steered & { readonly epoch: number };
  /** Failures up to this moment count no more: the attempts begin anew. */
  readonly retried?: Steered;
  /** Who took a pause back last: labels older than that say nothing. */
  readonly resumed?: Steered;
  /** Instead of the plan's. */
  readonly priority?: Priority;
  /** Who said what goes first, also where that is the plan's word again. */
  readonly prioritised?: Steered;
  /** The agent to ask for, instead of the operator's. */
  readonly agent?: string;
  /** Who the agent works as, instead of the plan's. */
  readonly specialist?: string;
  /** Who gave the task to that agent or specialist, or back to the plan's. */
  readonly assigned?: Steered;
}
