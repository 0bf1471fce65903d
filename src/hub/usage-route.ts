import type { Context } from "hono";
import type { ApiCount } from "../core/budget/api-counts.ts";

/** What was asked of the forge's API in the latest hours: `?plan=12` for one plan of `?repository=owner/name`. */
export function usageRoute(context: Context, api: (() => readonly ApiCount[]) | undefined): Response {
  const { plan, repository } = context.req.query();
  if (plan !== undefined && !/^[1-9]\d{0,9}$/.test(plan)) {
    return context.json({ error: "plan: an issue's number" }, 400);
  }
  const isMeant = (count: ApiCount) =>
    (plan === undefined || count.plan?.issue === Number(plan)) &&
    (plan === undefined || repository === undefined || isSame(count.plan?.repository, repository));
  return context.json({ counts: (api?.() ?? []).filter(isMeant) });
}

function isSame(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
