import type { Labels } from "../../../src/ports/forge/labels.ts";
import { mustFind } from "./issues.ts";
import type { World } from "./world.ts";
import { haveLabel } from "./world.ts";

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
          const { labels } = mustFind(world, issue.number);
          for (const name of remove) labels.delete(name);
          for (const name of add) {
            haveLabel(world, name);
            labels.add(name);
          }
        }
      }),
  };
}
