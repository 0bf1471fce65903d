import type { TaskKey } from "./task.ts";

/** Names the task an issue stands for: hidden in the body, so that what was created can always be found again. */
export interface TaskMarker {
  /** The plan's issue number. */
  readonly plan: number;
  readonly key: TaskKey;
}

/** The marker as an HTML comment, on a line of its own in the body. */
export function formatTaskMarker(marker: TaskMarker): string {
  return `<!-- coppice:plan=${marker.plan};task=${marker.key} -->`;
}

/** The first marker of a body; only worth something when the app itself wrote the body. */
export function findTaskMarker(body: string): TaskMarker | undefined {
  const found = /<!-- coppice:plan=([1-9]\d{0,9});task=T([1-9]\d{0,5}) -->/.exec(body);
  return found === null ? undefined : { plan: Number(found[1]), key: `T${Number(found[2])}` };
}

/** The body with its marker: appended when the writer has not placed it already. */
export function withTaskMarker(body: string, marker: TaskMarker): string {
  const found = findTaskMarker(body);
  if (found?.plan === marker.plan && found.key === marker.key) return body;
  return `${formatTaskMarker(marker)}\n${body}`;
}
