import type { ActContext } from "../../core/plan/act.ts";
import { formatPlan, planHash } from "../../wire/plan-yaml.ts";
import type { Turn } from "./handlers/handler.ts";

/** Whose act a comment's commands are: its author's, when it was written. */
export function actContext({ comment, policy }: Pick<Turn, "comment" | "policy">): ActContext {
  return {
    issue: comment.issue,
    by: comment.author,
    at: comment.createdAt,
    comment: comment.id,
    hashOf: (plan) => planHash(formatPlan(plan)),
    maxTasks: policy.maxTasks,
    twoPersons: policy.twoPersons,
  };
}
