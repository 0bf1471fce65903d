import { z } from "zod";
import { planLimits } from "../core/plan/limits.ts";
import type { TaskKey } from "../core/task/task.ts";
import { phases, priorities } from "../core/task/task.ts";
import { visibleText } from "./visible-text.ts";

const key = z.custom<TaskKey>((value) => typeof value === "string" && /^T[1-9]\d{0,5}$/.test(value), {
  error: "must be a key like T1",
});

/** What cannot be seen is left out: nobody could approve it. */
function text(most: number) {
  const error = `must be text of at most ${most.toLocaleString("en-US")} characters; numbers and yes or no stand in quotes`;
  return z.string({ error }).max(most, { error }).overwrite(visibleText);
}

/** Nothing behind the colon is an empty list. */
function list<T>(item: z.ZodType<T>, most: number, what: string) {
  const error = `must be a list of at most ${most} ${what}`;
  return z
    .array(item, { error })
    .max(most, { error })
    .nullable()
    .transform((value) => value ?? []);
}

function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of: ${names.join(", ")}` });
}

function minutes(most: number) {
  const error = `must be a number of minutes above 0 and at most ${most}`;
  return z.number({ error }).positive({ error }).max(most, { error });
}

const taskShape = {
  key: key.optional(),
  title: text(planLimits.title).optional(),
  description: text(planLimits.description)
    .nullable()
    .transform((value) => value ?? "")
    .optional(),
  acceptance: list(text(planLimits.acceptanceLine), planLimits.acceptance, "statements").optional(),
  specialist: text(planLimits.specialist).optional(),
  phase: oneOf(phases).optional(),
  needs: list(key, planLimits.needs, "keys like [T1, T2]").optional(),
  priority: oneOf(priorities).optional(),
  touches: list(text(planLimits.touchesPath), planLimits.touches, "paths").optional(),
  estimateMinutes: minutes(planLimits.estimateMinutes).optional(),
  timeoutMinutes: minutes(planLimits.timeoutMinutes).optional(),
};

function only(what: string, names: readonly string[]) {
  return (issue: z.core.$ZodRawIssue): string =>
    issue.code === "unrecognized_keys"
      ? `${what} has no field ${(issue.keys ?? []).map((name) => JSON.stringify(name.slice(0, 40))).join(", ")}; there are ${names.join(", ")}`
      : `must be ${what}, a mapping with some of: ${names.join(", ")}`;
}

const task = z.strictObject(taskShape, { error: only("one task", Object.keys(taskShape)) });

const notRevision = "must be the number of the revision the text is of; leave it out to replace whatever is there";

/** A plan as people write it: the fields of plan.yaml, nearly all of them optional, and the revision they were taken from. */
export const editedPlan = z.strictObject(
  {
    revision: z.number({ error: notRevision }).int({ error: notRevision }).positive({ error: notRevision }).optional(),
    goal: text(planLimits.goal).optional(),
    tasks: z
      .array(task, { error: "must be the list of all tasks, those that stay too" })
      .max(planLimits.tasks, { error: `may hold at most ${planLimits.tasks}` }),
  },
  { error: only("the plan", ["revision", "goal", "tasks"]) },
);

export type EditedPlan = z.infer<typeof editedPlan>;
export type EditedTask = EditedPlan["tasks"][number];
