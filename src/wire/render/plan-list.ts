import { goalTitle } from "../../core/plan/goal-title.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { neutraliseCell } from "../neutralise.ts";
import { sayCommand } from "./page.ts";

/** More than this and the oldest are only counted. */
const maxRows = 200;

/** One plan in a list. */
export interface PlanRow {
  readonly state: PlanState;
  /** Finished tasks, where somebody looked. */
  readonly done?: number;
}

/** The answer to `/plans`: every plan of the repository, the newest first. */
export function formatPlanList(
  rows: readonly PlanRow[],
  { prefixed = false }: { readonly prefixed?: boolean } = {},
): string {
  if (rows.length === 0)
    return `There is no plan in this repository yet; ${sayCommand("plan <goal>", prefixed)} on an issue starts one.`;
  const sorted = [...rows].sort((one, other) => other.state.record.issue - one.state.record.issue);
  const more = rows.length > maxRows ? ["", `… and ${rows.length - maxRows} older ones.`] : [];
  return [
    "| Issue | Goal | Plan | Tasks |",
    "| --- | --- | --- | --- |",
    ...sorted.slice(0, maxRows).map(row),
    ...more,
  ].join("\n");
}

function row({ state, done }: PlanRow): string {
  const { record, plan } = state;
  const tasks = done === undefined ? `${plan.tasks.length}` : `${done} of ${plan.tasks.length} done`;
  return `| #${record.issue} | ${neutraliseCell(goalTitle(plan.goal), 100)} | ${whereItIs(state)} | ${tasks} |`;
}

function whereItIs({ record: { revision, status, steering }, amendment }: PlanState): string {
  switch (status.kind) {
    case "draft":
      return `r${revision}, a draft`;
    case "approved": {
      const waits = amendment === undefined ? "" : `, amendment r${revision} waits`;
      const paused = steering?.paused === undefined ? "" : `, paused by ${neutraliseCell(steering.paused.by, 60)}`;
      return `r${status.approval.revision}, approved by ${neutraliseCell(status.approval.by, 60)}${paused}${waits}`;
    }
    case "cancelled":
      return "cancelled";
    case "done":
      return `r${revision}, done`;
  }
}
