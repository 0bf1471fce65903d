import type { Labels } from "../../../src/ports/forge/labels.ts";
import { mustFind } from "./issues.ts";
import { relabel } from "./label-acts.ts";
import type { World } from "./world.ts";

/** Labels in memory. */
export function memoryLabels(world: World): Labels {
  return {
    ensure: (labels) =>
      world.journal.call("labels.ensure", labels, () => {
        for (const label of labels) if (!world.labels.has(label.name)) world.labels.set(label.name, { ...label });
      }),
    change: (changes) =>
      world.journal.call("labels.change", changes, () => {
        for (const { issue, add, remove } of changes) {
          relabel(world, mustFind(world, issue.number), { by: world.botLogin, add, remove });
        }
      }),
  };
}
