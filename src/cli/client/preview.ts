import { z } from "zod";
import type { Effect, EffectKind } from "../../core/queue/effects.ts";
import type { TaskState } from "../../core/queue/states.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { RepositoryPreview } from "../../reconciler/preview.ts";

const text = z.string();
const number = z.number();
const key = z.custom<TaskKey>((value) => typeof value === "string" && /^T[1-9]\d*$/.test(value));
/** A hub of another version may name others: they are only printed. */
const effectKind = z.custom<EffectKind>((value) => typeof value === "string");
const effect = z.custom<Effect>((value) => typeof value === "object" && value !== null);
const taskState = z.custom<TaskState["kind"]>((value) => typeof value === "string");

const outlook = z.object({
  effects: z.array(z.object({ kind: effectKind, lines: z.array(text), rule: text, last: z.boolean(), effect })),
  starts: z.array(
    z.object({ task: key, title: text, issue: number.optional(), worker: text.optional(), agent: text.optional() }),
  ),
  waiting: z.array(z.object({ task: key, issue: number.optional(), state: taskState, line: text })),
});

/** A dry run as the hub's API answers it. */
export const repositoryPreview = z.object({
  repository: text,
  workers: number,
  hold: text.optional(),
  plans: z.array(
    outlook.extend({
      plan: number,
      goal: text,
      status: z.enum(["draft", "approved", "cancelled", "done"]),
      revision: number,
      hold: text.optional(),
      onceApproved: outlook.optional(),
    }),
  ),
  broken: z.array(z.object({ plan: number, problem: text })),
  unread: z.array(z.object({ issue: number, comment: number, author: text, commands: z.array(text) })).optional(),
}) satisfies z.ZodType<RepositoryPreview>;
