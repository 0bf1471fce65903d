import type { StateLabelName } from "../core/queue/labels.ts";
import { attentionLabel, pausedLabel } from "../core/queue/labels.ts";
import type { LabelDefinition } from "../ports/forge/labels.ts";

/** On the plan's own issue. */
export const planLabel = "coppice:plan";

const states: Readonly<Record<StateLabelName, Omit<LabelDefinition, "name">>> = {
  "coppice:queued": { color: "c5def5", description: "Waits for its needs or for a worker" },
  "coppice:running": { color: "fbca04", description: "An agent works on it now" },
  "coppice:review": { color: "1d76db", description: "Its pull request is open" },
  "coppice:failed": { color: "b60205", description: "Every attempt failed; a person is needed" },
};

const others: Readonly<Record<string, Omit<LabelDefinition, "name">>> = {
  [planLabel]: { color: "5319e7", description: "This issue has a plan that Coppice keeps" },
  [pausedLabel]: { color: "bfd4f2", description: "Held by a person; remove the label to go on" },
  [attentionLabel]: { color: "d876e3", description: "A person must look at this before it is merged" },
  "priority:high": { color: "d93f0b", description: "Goes before others" },
  "priority:normal": { color: "e4e669", description: "Goes in its turn" },
  "priority:low": { color: "cfd3d7", description: "Goes when nothing else waits" },
};

const specialist = { color: "0e8a16", description: "The specialist this task is for" };

/** Every label whose name is always the same. */
export const labelDefinitions: readonly LabelDefinition[] = Object.entries({ ...states, ...others }).map(
  ([name, look]) => ({ name, ...look }),
);

/** A label of ours by its name; `agent:…` names are made as they come. */
export function labelDefinition(name: string): LabelDefinition {
  const known = labelDefinitions.find((label) => label.name === name);
  return (
    known ?? {
      name: name.slice(0, 50),
      ...(name.startsWith("agent:") ? specialist : { color: "ededed", description: "" }),
    }
  );
}
