import { headOf } from "../../core/plan/head.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { formatPlan } from "../plan-yaml.ts";
import { visibleText } from "../visible-text.ts";
import { fileLink, maxBodyLength, sayCommand } from "./page.ts";

/** The answer to a bare `/edit`: the plan as YAML, to be copied, changed and sent back. */
export function formatEditable(
  state: PlanState,
  { prefixed = false, ledgerUrl }: { readonly prefixed?: boolean; readonly ledgerUrl?: string } = {},
): string {
  const yaml = visibleText(formatPlan(headOf(state).plan)).trimEnd();
  const command = state.record.status.kind === "approved" ? "amend edit" : "edit";
  const how = `Write ${sayCommand(command, prefixed)} and the changed text below it, between two lines of three backticks. What is left out of a task stays as it is; a task without a key is new; a task that is not there is removed.`;
  if (yaml.length > maxBodyLength - 2_000) {
    const name = state.amendment === undefined ? "plan.yaml" : "amendment.yaml";
    return `${how}\n\nThe plan is too long for a comment; copy it from ${fileLink(ledgerUrl, name)}.`;
  }
  const longest = Math.max(2, ...[...yaml.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return [how, "", `${fence}yaml`, yaml, fence].join("\n");
}
