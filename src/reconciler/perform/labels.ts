import type { LabelChange } from "../../ports/forge/labels.ts";
import { labelDefinition } from "../../wire/labels.ts";
import type { SeenView } from "../readings.ts";
import type { Performer } from "./performer.ts";
import { planOf } from "./performer.ts";

export const ensureLabels: Performer<"ensure-labels"> = ({ names }, { ports }) =>
  ports.forge.labels.ensure(names.map(labelDefinition));

export const changeLabels: Performer<"change-labels"> = async ({ changes }, scene) => {
  const { ports, sightings } = scene;
  const added = [...new Set(changes.flatMap(({ add }) => add))];
  if (added.length > 0) await ports.forge.labels.ensure(added.map(labelDefinition));
  await ports.forge.labels.change(changes.map(({ issue, add, remove }) => ({ issue, add, remove })));
  sightings.readings.view(planOf(scene)).change((view) => relabelled(view, changes));
};

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
