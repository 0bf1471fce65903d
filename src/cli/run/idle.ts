import type { ListedPlan, ReportedTask } from "../client/hub.ts";

/** What is left to do by what the hub lists. */
export type Idleness =
  | { readonly kind: "busy" }
  /** Nothing goes on by itself any more; what waits for people is no failure. */
  | { readonly kind: "idle"; readonly waiting: number; readonly failed: number };

const dead: ReadonlySet<ReportedTask["state"]> = new Set(["failed", "dropped", "blocked"]);

/** Whether any approved plan has something ready, running, or waiting for time. A plan nobody has looked at yet counts as busy. */
export function idleness(plans: readonly Pick<ListedPlan, "status" | "progress">[]): Idleness {
  const approved = plans.filter(({ status }) => status.kind === "approved");
  const tasks = approved.flatMap(({ progress }) => progress);
  if (approved.some(({ progress }) => progress.length === 0) || tasks.some(({ moves }) => moves))
    return { kind: "busy" };
  const left = tasks.filter(({ state }) => state !== "done");
  const failed = left.filter(({ state }) => dead.has(state)).length;
  return { kind: "idle", waiting: left.length - failed, failed };
}
