import { headOf, openQuestions } from "../../core/plan/head.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { undoTarget } from "../../core/plan/undo.ts";
import type { TaskProgress } from "../../core/queue/progress.ts";
import type { Specialist } from "../../core/task/specialist.ts";
import { neutraliseCell, neutraliseLine } from "../neutralise.ts";

/** GitHub takes 65,536; UTF-16 units. */
export const maxBodyLength = 60_000;

export interface PlanPage {
  readonly state: PlanState;
  /** How far each task is; empty before approval. */
  readonly progress: readonly TaskProgress[];
  /** `/coppice <verb>` is the only form here. */
  readonly prefixed?: boolean;
  /** Where plan.yaml can be read on the web. */
  readonly ledgerUrl?: string;
  /** Who could do the tasks, where doubtful choices are to be told. */
  readonly specialists?: readonly Specialist[];
  /** Why nothing new starts, or what else people must know; one line. */
  readonly notice?: string;
}

/** Where a file of the ledger can be read on the web, from the issue's address. */
export function ledgerFileUrl(issueUrl: string, path: string): string | undefined {
  const repository = /^(https?:\/\/.+)\/issues\/\d+/.exec(issueUrl)?.[1];
  return repository === undefined ? undefined : `${repository}/blob/coppice-ledger/${path}`;
}

/** A file beside plan.yaml, linked where the ledger can be seen. */
export function fileLink(ledgerUrl: string | undefined, name: string): string {
  return ledgerUrl === undefined ? `\`${name}\`` : `[${name}](${ledgerUrl.replace(/plan\.yaml$/, name)})`;
}

/** A command as it is to be written here, in code. */
export function sayCommand(command: string, prefixed = false): string {
  return `\`${prefixed ? "/coppice " : "/"}${command}\``;
}

/** A moment for people, by the minute: `2026-11-21 08:20 UTC`. */
export function sayWhen(at: string): string {
  return neutraliseCell(at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC"), 40);
}

/** What the plan is at, for a heading. */
export function heading({ record, amendment }: PlanState): string {
  const { revision, status } = record;
  switch (status.kind) {
    case "draft":
      return `Plan r${revision}: a draft, waiting for approval`;
    case "approved": {
      const { approval } = status;
      const waits = amendment === undefined ? "" : `; amendment r${revision} waits for approval`;
      const goes = record.steering?.paused === undefined ? "in progress" : "paused";
      return `Plan r${approval.revision}: approved by ${neutraliseLine(approval.by, 60)}, ${goes}${waits}`;
    }
    case "cancelled":
      return `Plan r${revision}: cancelled by ${neutraliseLine(status.by, 60)}`;
    case "done":
      return `Plan r${revision}: done`;
  }
}

/** What can be written now, and nothing that would be refused. */
export function howToAnswer({ state, prefixed }: PlanPage): readonly string[] {
  const say = (command: string): string => sayCommand(command, prefixed);
  const { revision, status } = state.record;
  switch (status.kind) {
    case "draft":
      return [`${toApprove(state, say)} ${toChange(state, say)}`];
    case "approved":
      return state.amendment === undefined
        ? [
            `${say("status")} says what runs now, ${say("amend add <title>")} and the like change what has not been started, ${say("help")} shows what else there is.`,
          ]
        : [
            `${toApprove(state, say)} ${say("undo")} takes r${revision} back. ${say("status")} says what runs now, ${say("help")} shows what else there is.`,
          ];
    case "cancelled":
      return [`${say("plan <goal>")} begins a new plan.`];
    case "done":
      return [];
  }
}

type Say = (command: string) => string;

function toApprove({ record, amendment }: PlanState, say: Say): string {
  const open = openQuestions(record)[0];
  const approve = say(`approve r${record.revision}`);
  if (open !== undefined) {
    return `**To go on**, answer what is open (${say(`answer Q${open.number} <text>`)}), then write ${approve}; \`--anyway\` behind it goes on without answers.`;
  }
  return `**To ${amendment === undefined ? "go on" : "take the amendment"}**, write ${approve}.`;
}

/** With keys this plan really has. */
function toChange(state: PlanState, say: Say): string {
  const { plan } = headOf(state);
  const first = plan.tasks[0]?.key ?? "T1";
  const last = plan.tasks.at(-1)?.key ?? first;
  const changes = [`add <title> after ${first}`, `modify ${last} <what>`, `split ${last}`];
  if (plan.tasks.length > 1) changes.push(`remove ${last}`);
  changes.push("discuss <text>");
  if (undoTarget(state.record, {}).kind === "target") changes.push("undo");
  return `**To change it**: ${changes.map(say).join(", ")}. ${say("view")} shows the descriptions, ${say("help")} everything else.`;
}
