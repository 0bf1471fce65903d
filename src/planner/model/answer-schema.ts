import { z } from "zod";
import { planLimits } from "../../core/plan/limits.ts";
import type { TaskKey } from "../../core/task/task.ts";
import { phases, priorities } from "../../core/task/task.ts";
import { visibleText } from "../../wire/visible-text.ts";

const key = z.templateLiteral(["T", z.number().int().positive()]) satisfies z.ZodType<TaskKey>;

/** Without what cannot be seen: nobody could approve it. */
function text(most: number, least = 0) {
  return z.string().min(least).max(most).overwrite(visibleText);
}

const fields = {
  title: text(planLimits.title, 1).describe("One line"),
  description: text(planLimits.description).describe("What to do and why, Markdown"),
  acceptance: z.array(text(planLimits.acceptanceLine)).max(planLimits.acceptance),
  specialist: text(planLimits.specialist, 1).describe("A name of the list"),
  phase: z.enum(phases),
  needs: z.array(key).max(planLimits.needs).describe("Keys of the tasks that must be completed first"),
  priority: z.enum(priorities),
  touches: z.array(text(planLimits.touchesPath)).max(planLimits.touches).describe("Files or folders likely to change"),
  estimateMinutes: z.number().int().positive().max(planLimits.estimateMinutes),
  timeoutMinutes: z.number().int().positive().max(planLimits.timeoutMinutes),
};

/** What a model leaves out of a new task has a plain meaning. */
const newTask = z.object({
  ...fields,
  acceptance: fields.acceptance.default([]),
  needs: fields.needs.default([]),
  priority: fields.priority.default("normal"),
  touches: fields.touches.default([]),
  estimateMinutes: fields.estimateMinutes.optional(),
  timeoutMinutes: fields.timeoutMinutes.optional(),
});

const keyedTask = newTask.extend({ key });

/** What a model may say a plan is. */
export const planAnswer = z.object({ tasks: z.array(keyedTask).min(1).max(planLimits.tasks) });

/** What a model may say is to change. */
export const changesAnswer = z.object({
  changes: z
    .array(
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("add"), task: newTask }),
        z.object({ kind: z.literal("modify"), key, change: z.object(fields).partial() }),
        z.object({ kind: z.literal("remove"), key }),
        z.object({ kind: z.literal("split"), key, parts: z.array(keyedTask).min(2).max(20) }),
      ]),
    )
    .min(1)
    .max(planLimits.proposedChanges),
});

/** What a model may ask. */
export const questionsAnswer = z.object({
  questions: z.array(z.string().overwrite(visibleText).trim().min(1).max(planLimits.question)).max(5),
});

/** The first problems of an input, as one line. */
export function inputProblem(error: z.ZodError): string {
  const problems = error.issues.slice(0, 10);
  return problems.map(({ path, message }) => `${path.join(".") || "the input"}: ${message}`).join("; ");
}

/** A tool's input as JSON Schema. */
export function jsonSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}
