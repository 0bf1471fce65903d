import { changedTasks } from "./changed-tasks.ts";
import type { CatchUp, Plan, PlanState } from "./plan.ts";

/** What issues that exist already still say otherwise once `plan` takes the approved plan's place; undefined when nothing. */
export function catchUpAfter(state: PlanState, plan: Plan): CatchUp | undefined {
  const { tasks: issues, catchUp: former } = state.record;
  const has = (key: keyof typeof issues): boolean => issues[key] !== undefined;
  const keys = new Set(plan.tasks.map(({ key }) => key));
  const changed = changedTasks(state.plan, plan).changed.filter(has);
  // After somebody else's commit nobody knows what the issues were written from.
  const doubtful = state.foreign === undefined ? [] : plan.tasks.map(({ key }) => key).filter(has);
  const rewrite = [...new Set([...(former?.rewrite ?? []), ...changed, ...doubtful])].filter((key) => keys.has(key));
  const before = state.plan.tasks.flatMap(({ key, needs }) => needs.map((need) => ({ blocked: key, blocking: need })));
  const needs = new Map(plan.tasks.map((task) => [task.key, task.needs]));
  const unlink = unique([...(former?.unlink ?? []), ...before]).filter(
    ({ blocked, blocking }) =>
      has(blocked) && has(blocking) && keys.has(blocked) && !needs.get(blocked)?.includes(blocking),
  );
  return rewrite.length === 0 && unlink.length === 0 ? undefined : { rewrite, unlink };
}

function unique(links: CatchUp["unlink"]): CatchUp["unlink"] {
  return [...new Map(links.map((link) => [`${link.blocked} ${link.blocking}`, link])).values()];
}
