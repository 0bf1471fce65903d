import type { TaskLabelChange } from "../../core/queue/effects.ts";
import { stateLabelNames } from "../../core/queue/labels.ts";
import type { LabelChange } from "../../ports/forge/labels.ts";
import { labelDefinition } from "../../wire/labels.ts";
import type { SeenView } from "../readings.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf } from "./performer.ts";

export const ensureLabels: Performer<"ensure-labels"> = ({ names }, { ports }) =>
  ports.forge.labels.ensure(names.map(labelDefinition));

export const changeLabels: Performer<"change-labels"> = async ({ changes }, scene) => {
  const { ports, sightings } = scene;
  const added = [...new Set(changes.flatMap(({ add }) => add))];
  if (added.length > 0) await ports.forge.labels.ensure(added.map(labelDefinition));
  await ports.forge.labels.change(changes.map(({ issue, add, remove }) => ({ issue, add, remove })));
  sightings.readings.view(planOf(scene)).change((view) => relabelled(view, changes));
  for (const change of changes) noteState(scene, change);
};

/** What was changed of the label that shows a task's state: another app may not want it to be so. */
function noteState({ snapshot, sightings }: Scene, { task: key, issue, add, remove }: TaskLabelChange): void {
  const names = stateLabelNames.filter((name) => add.includes(name) || remove.includes(name));
  if (names.length === 0) return;
  const all = [...snapshot.tasks, ...(snapshot.former ?? [])];
  const before = all.find(({ task }) => task.key === key)?.issue?.labels ?? [];
  const after = new Set([...before.filter((label) => !remove.includes(label)), ...add]);
  sightings.contestedStates.noteChange(issue.number, stateLabelNames.filter((name) => after.has(name)).join(" "));
}

/** The forge keeps a label it has as it is: what was asked for is what it shows. */
function relabelled(view: SeenView, changes: readonly LabelChange[]): SeenView {
  const issues = view.issues.map((seen) => {
    const change = changes.find(({ issue }) => issue.number === seen.number);
    if (change === undefined) return seen;
    const kept = seen.labels.filter((label) => !change.remove.includes(label));
    return { ...seen, labels: [...new Set([...kept, ...change.add])] };
  });
  return { ...view, issues };
}
