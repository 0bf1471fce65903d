import { commandText } from "../core/queue/command-text.ts";
import type { StuckTask } from "../core/queue/effects.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { TaskKey } from "../core/task/task.ts";
import { neutraliseLine } from "./neutralise.ts";

export interface StuckNote {
  /** The plan's issue number. */
  readonly plan: number;
  readonly failed: readonly StuckTask[];
  /** Open tasks that need one of them, by others too. */
  readonly waiting: readonly TaskKey[];
  /** Further open tasks wait for something else. */
  readonly others: boolean;
}

/** So many failed tasks have a line of their own, and so many waiting ones are named. */
const linesShown = 5;
const keysShown = 10;

/** The comment that says nothing of a plan goes on by itself; begins with a marker so that it is posted once. */
export function formatStuckNote(note: StuckNote, policy: Pick<Policy, "commands">): string {
  const { failed, waiting, others } = note;
  const key = failed[0]?.key ?? "T1";
  const write = (text: string) => `\`${commandText(text, policy)}\``;
  const [count, each] = failed.length === 1 ? ["1 task", "its"] : [`${failed.length} tasks`, "each one's"];
  return [
    formatStuckMarker(note),
    `**Nothing of this plan goes on by itself:** ${count} failed for good.`,
    "",
    ...failed.slice(0, linesShown).map(lineOf),
    ...(failed.length > linesShown ? [`- and ${failed.length - linesShown} more`] : []),
    "",
    ...(waiting.length === 0 ? [] : [`What waits for that: ${keysOf(waiting)}.`, ""]),
    ...(others ? [`What else is open waits for something else: ${write("status")} says for what.`, ""] : []),
    `${write(`retry ${key}`)} begins ${key} anew, ${write(`retry ${key} with <agent>`)} with another agent. Or close ${each} issue: as completed where its work is done, and what waits for it goes on; as not planned where nobody wants it.`,
  ].join("\n");
}

function lineOf({ key, issue, attempts, line }: StuckTask): string {
  return `- **${key}** (#${issue}) after ${attempts === 1 ? "1 attempt" : `${attempts} attempts`}: ${neutraliseLine(line, 300)}`;
}

function keysOf(keys: readonly TaskKey[]): string {
  const shown = keys.slice(0, keysShown).join(", ");
  return keys.length > keysShown ? `${shown} and ${keys.length - keysShown} more` : shown;
}

function formatStuckMarker({ plan, failed }: Pick<StuckNote, "plan" | "failed">): string {
  return `<!-- coppice:plan=${plan};stuck=${failed.map(({ key, epoch }) => `${key}@${epoch}`).join(",")} -->`;
}

/** The failed tasks that such a comment of this plan tells of; only worth something when the app itself wrote it. */
export function findStuckMarker(body: string, plan: number): readonly Pick<StuckTask, "key" | "epoch">[] {
  const found = /^<!-- coppice:plan=([1-9]\d{0,9});stuck=([T\d@,]+) -->/.exec(body);
  if (found === null || Number(found[1]) !== plan) return [];
  const told = (found[2] ?? "").matchAll(/T([1-9]\d{0,8})@(\d{1,9})/g);
  return [...told].map(([, number, epoch]) => ({ key: `T${Number(number)}`, epoch: Number(epoch) }));
}
