import type { Context } from "hono";
import type { Explanation } from "../core/queue/explain.ts";
import type { RepositoryName } from "../core/repository.ts";

/** A plan whose tasks are explained. */
export interface ExplainedPlan {
  /** Its issue. */
  readonly plan: number;
  readonly tasks: readonly (Explanation & { readonly title: string; readonly issue?: number })[];
}

/** By a plan's issue or a task's; undefined where no plan of that number has been looked at. */
export type ExplainPlan = (repository: RepositoryName, issue: number) => ExplainedPlan | undefined;

/** Why the tasks of a plan are where they are, by the latest look at it. */
export function explainRoute(context: Context, explain: ExplainPlan | undefined): Response {
  const { owner = "", name = "", issue = "" } = context.req.param();
  const number = /^[1-9]\d{0,9}$/.test(issue) ? Number(issue) : undefined;
  const found = number === undefined ? undefined : explain?.({ owner, name }, number);
  if (found !== undefined) return context.json({ repository: `${owner}/${name}`, ...found });
  return context.json({ error: `no plan #${issue} of ${owner}/${name} has been looked at here` }, 404);
}
