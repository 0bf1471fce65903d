import { z } from "zod";
import { planLimits } from "../../core/plan/limits.ts";
import type { TaskKey } from "../../core/task/task.ts";
import { phases, priorities } from "../../core/task/task.ts";
import type { ModelTool } from "../../ports/model.ts";
import { specialists } from "../specialists.ts";

const key = z.templateLiteral(["T", z.number().int().positive()]) satisfies z.ZodType<TaskKey>;

const fields = {
  title: z.string().min(1).max(planLimits.title).describe("One line"),
  description: z.string().max(planLimits.description).describe("What to do and why, Markdown"),
  acceptance: z.array(z.string().max(planLimits.acceptanceLine)).max(planLimits.acceptance),
  specialist: z.enum(specialists.map(({ name }) => name)),
  phase: z.enum(phases),
  needs: z.array(key).max(planLimits.needs).describe("Keys of the tasks that must be completed first"),
  priority: z.enum(priorities),
  touches: z
    .array(z.string().max(planLimits.touchesPath))
    .max(planLimits.touches)
    .describe("Files or folders likely to change"),
};

/** What a model may say a plan is; what it leaves out has a plain meaning. */
export const planAnswer = z.object({
  tasks: z
    .array(
      z.object({
        key,
        ...fields,
        acceptance: fields.acceptance.default([]),
        needs: fields.needs.default([]),
        priority: fields.priority.default("normal"),
        touches: fields.touches.default([]),
      }),
    )
    .min(1)
    .max(planLimits.tasks),
});

/** What a model may say changes in a task. */
export const taskAnswer = z.object(fields).partial();

export const submitPlan: ModelTool = {
  name: "submit_plan",
  description: "Hands in the whole plan.",
  schema: jsonSchema(planAnswer),
};

export const submitTask: ModelTool = {
  name: "submit_task",
  description: "Hands in the fields of the task that change.",
  schema: jsonSchema(taskAnswer),
};

function jsonSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}
