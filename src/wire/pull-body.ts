import type { RunRecord, Verification } from "../core/run/run.ts";
import { noConfinement } from "../core/run/run.ts";
import type { PlannedTask } from "../core/task/task.ts";
import { formatDuration, formatUsage } from "./amounts.ts";
import { neutralise, neutraliseCell, neutraliseLine } from "./neutralise.ts";
import { maxBodyLength } from "./render/page.ts";

export interface PullText {
  readonly task: Pick<PlannedTask, "key" | "title">;
  /** The plan's issue. */
  readonly plan: number;
  /** The task's issue, which the merge closes. */
  readonly issue: number;
  /** Absent when it could not be read. */
  readonly run?: RunRecord;
  /** The agent's own words, `result.md`. */
  readonly result?: string;
  /** Why it is not merged by itself although the repository asks for that; one line. */
  readonly manual?: string;
}

/** `T3: Write the API`, also the subject of the merge commit. */
export function formatPullTitle({ key, title }: Pick<PlannedTask, "key" | "title">): string {
  return `${key}: ${neutraliseLine(title, 120)}`;
}

/** What it closes, what was verified, who did it and what it cost come first: nothing an agent wrote can hide them. */
export function formatPullBody({ task, plan, issue, run, result, manual }: PullText): string {
  const lines = [`Closes #${issue}`, "", `${task.key} of the plan in #${plan}.`, "", ...facts(run)];
  if (manual !== undefined) lines.push("", `**A person must merge it:** ${neutraliseLine(manual, 500)}`);
  if (run?.attention !== undefined && run.attention.length > 0) {
    lines.push("", "### A person must look at", "", ...run.attention.map((line) => `- ${neutraliseLine(line, 500)}`));
  }
  const words = neutralise(result ?? "", maxBodyLength - 10_000);
  if (words !== "") lines.push("", "### What the agent says", "", words);
  return lines.join("\n");
}

function facts(run: RunRecord | undefined): readonly string[] {
  if (run === undefined) return ["**What was verified is not known**: the run's record could not be read."];
  return [
    "| | |",
    "| --- | --- |",
    `| Verified | ${verified(run.verification)} |`,
    `| Done by | ${neutraliseCell(run.agent)} on worker ${neutraliseCell(run.worker)} |`,
    `| Sandbox | ${sandbox(run.sandbox)} |`,
    `| Took | ${formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}, ${formatUsage(run.usage)} |`,
    `| Changed | ${run.filesChanged} ${run.filesChanged === 1 ? "file" : "files"} since \`${run.base.slice(0, 12)}\` |`,
  ];
}

function verified(verification: Verification): string {
  if (verification.kind === "none") return "**nothing**: no verify command is configured";
  return `passed in ${formatDuration(verification.milliseconds)}, on exactly this tree: ${neutraliseCell(verification.command, 300)}`;
}

function sandbox(name: string): string {
  return name === noConfinement ? "**none**: the agent ran with the worker's own rights" : neutraliseCell(name);
}
