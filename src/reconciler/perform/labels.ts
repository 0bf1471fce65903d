import { labelDefinition } from "../../wire/labels.ts";
import type { Performer } from "./performer.ts";

export const ensureLabels: Performer<"ensure-labels"> = ({ names }, { ports }) =>
  ports.forge.labels.ensure(names.map(labelDefinition));

export const changeLabels: Performer<"change-labels"> = async ({ changes }, { ports }) => {
  const added = [...new Set(changes.flatMap(({ add }) => add))];
  if (added.length > 0) await ports.forge.labels.ensure(added.map(labelDefinition));
  await ports.forge.labels.change(changes.map(({ issue, add, remove }) => ({ issue, add, remove })));
};
