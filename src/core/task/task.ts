/** The key of a task inside its plan: T1, T2 … never reused within a plan. */
export type TaskKey = `T${number}`;

export const priorities = ["high", "normal", "low"] as const;
export type Priority = (typeof priorities)[number];

/** Phases order the plan for people; what really waits for what is said by `needs`. */
export const phases = ["design", "implementation", "testing"] as const;
export type Phase = (typeof phases)[number];

/** One pull request's worth of work. */
export interface PlannedTask {
  readonly key: TaskKey;
  /** One line, at most 120 characters. */
  readonly title: string;
  /** What to do and why, Markdown, at most 8,000 characters. */
  readonly description: string;
  /** Statements a reviewer, best a machine, can check. */
  readonly acceptance: readonly string[];
  readonly specialist: string;
  readonly phase: Phase;
  /** Tasks that must be completed first; transitively reduced. */
  readonly needs: readonly TaskKey[];
  readonly priority: Priority;
  /** Files or folders likely to change. */
  readonly touches: readonly string[];
  /** How long an agent will likely take, minutes; shown to people, decides nothing. */
  readonly estimateMinutes?: number;
  /** Set by a person or the planner; otherwise the policy's time-out holds. */
  readonly timeoutMinutes?: number;
}
