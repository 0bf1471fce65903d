import { headOf } from "../../../core/plan/head.ts";
import type { PlanState } from "../../../core/plan/plan.ts";
import { formatEdit } from "../../../wire/edit-yaml.ts";
import { fence } from "../../../wire/fence.ts";
import { fileLink, maxBodyLength, sayCommand } from "../../../wire/render/page.ts";
import { visibleText } from "../../../wire/visible-text.ts";

/** The newest plan as YAML, to be copied, changed and sent back. Inside a fence longer than any of its own nothing of it acts. */
export function formatEditable(
  state: PlanState,
  { prefixed, ledgerUrl }: { readonly prefixed: boolean; readonly ledgerUrl?: string },
): string {
  const command = state.record.status.kind === "approved" ? "amend edit" : "edit";
  const how = `To change the whole plan, write ${sayCommand(command, prefixed)} in a new comment and right below it a fenced block with this text, changed. What is left out of a task stays as it is; a task without a key is new; one that is missing is removed. Its \`revision\` says what it was taken from: when the plan has moved on by then, nothing is changed.`;
  const yaml = visibleText(formatEdit(headOf(state).plan, state.record.revision)).trimEnd();
  if (yaml.length > maxBodyLength - how.length - 1_000) {
    const name = state.amendment === undefined ? "plan.yaml" : "amendment.yaml";
    return `${how}\n\nIt is too long for a comment: copy it from ${fileLink(ledgerUrl, name)}, with \`revision: ${state.record.revision}\` as its first line.`;
  }
  return `${how}\n\n${fence(yaml, "yaml")}`;
}
