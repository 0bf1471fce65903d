import type { PhaseName } from "./phase-name.ts";
import { findPhase } from "./phase-name.ts";
import type { TaskKey } from "./task.ts";

/** Names what an issue stands for: hidden in the body, so that what was created can always be found again. */
export interface Marker<Key extends string> {
  /** The plan's issue number. */
  readonly plan: number;
  readonly key: Key;
}
export type TaskMarker = Marker<TaskKey>;

/** The markers of one kind of issue. */
export interface Marks<Key extends string> {
  /** The marker as an HTML comment, on a line of its own in the body. */
  format(marker: Marker<Key>): string;
  /** The first marker of a body; only worth something when the app itself wrote the body. */
  find(body: string): Marker<Key> | undefined;
  /** The body with its marker: put before it when the writer has not placed it already. */
  add(body: string, marker: Marker<Key>): string;
}

/** Issues that stand for a task. */
export const taskMarks: Marks<TaskKey> = marksOf("task", (text) =>
  /^T[1-9]\d{0,5}$/.test(text) ? `T${Number(text.slice(1))}` : undefined,
);

/** Phase parents: issues between a large plan's and its tasks'. */
export const phaseMarks: Marks<PhaseName> = marksOf("phase", (text) => findPhase(text)?.name);

function marksOf<Key extends string>(kind: string, keyOf: (text: string) => Key | undefined): Marks<Key> {
  const pattern = new RegExp(`<!-- coppice:plan=([1-9]\\d{0,9});${kind}=([\\w-]{1,40}) -->`, "g");
  const format = ({ plan, key }: Marker<Key>) => `<!-- coppice:plan=${plan};${kind}=${key} -->`;
  const find = (body: string): Marker<Key> | undefined => {
    for (const [, plan, text = ""] of body.matchAll(pattern)) {
      const key = keyOf(text);
      if (key !== undefined) return { plan: Number(plan), key };
    }
    return undefined;
  };
  const add = (body: string, marker: Marker<Key>): string => {
    const found = find(body);
    return found?.plan === marker.plan && found.key === marker.key ? body : `${format(marker)}\n${body}`;
  };
  return { format, find, add };
}
