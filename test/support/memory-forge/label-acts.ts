import type { LabelAct } from "../../../src/core/queue/steering-labels.ts";
import type { MemoryIssue, World } from "./world.ts";
import { haveLabel, timestamp } from "./world.ts";

/** Changes an issue's labels and remembers who did it; what is so already is nobody's act. */
export function relabel(
  world: World,
  { labels, number }: MemoryIssue,
  { by, add, remove }: { readonly by: string; readonly add: readonly string[]; readonly remove: readonly string[] },
): void {
  for (const name of remove) if (labels.delete(name)) note(world, number, { label: name, added: false, by });
  for (const name of add) {
    haveLabel(world, name);
    if (labels.has(name)) continue;
    labels.add(name);
    note(world, number, { label: name, added: true, by });
  }
}

/** An issue that is opened with labels has them put on by its author. */
export function noteFirstLabels(world: World, { number, author, labels }: MemoryIssue): void {
  for (const label of labels) note(world, number, { label, added: true, by: author });
}

function note(world: World, number: number, act: Pick<LabelAct, "label" | "added" | "by">): void {
  const acts = world.labelActs.get(number) ?? [];
  world.labelActs.set(number, [...acts, { ...act, byApp: act.by.endsWith("[bot]"), at: timestamp(world) }]);
}
