import type { Plan } from "../../core/plan/plan.ts";
import type { ProgressState, TaskProgress } from "../../core/queue/progress.ts";
import type { TaskKey } from "../../core/task/task.ts";
import { visibleText } from "../visible-text.ts";

/** Border colours that read on light and dark ground; the states not named have none. */
const colours: Partial<Readonly<Record<ProgressState, string>>> = {
  running: "#d4a72c",
  review: "#218bff",
  merged: "#2da44e",
  done: "#2da44e",
  failed: "#cf222e",
  blocked: "#cf222e",
  dropped: "#8c959f",
  paused: "#8c959f",
};

/** The plan as a Mermaid graph in a fenced block; titles cannot end their label. */
export function formatGraph(plan: Plan, progress: readonly TaskProgress[]): string {
  const nodes = plan.tasks.map((task) => `  ${task.key}["${task.key} ${label(task.title)}"]`);
  const edges = plan.tasks.flatMap((task) => task.needs.map((need) => `  ${need} --> ${task.key}`));
  return ["```mermaid", "graph LR", ...nodes, ...edges, ...classes(progress), "```"].join("\n");
}

function classes(progress: readonly TaskProgress[]): readonly string[] {
  const byState = new Map<ProgressState, TaskKey[]>();
  for (const { key, state } of progress) byState.set(state, [...(byState.get(state) ?? []), key]);
  return [...byState].flatMap(([state, keys]) => {
    const colour = colours[state];
    return colour === undefined
      ? []
      : [`  classDef ${state} stroke:${colour},stroke-width:3px`, `  class ${keys.join(",")} ${state}`];
  });
}

/** Mermaid reads `#code;` as a character; everything it could read as syntax is written so. */
function label(title: string): string {
  const short = title.length > 60 ? `${title.slice(0, 59)}…` : title;
  return visibleText(short)
    .replace(/\s+/g, " ")
    .replace(/["#<>&`\\%;{}|@[\]()]/g, (character) => `#${character.codePointAt(0)};`);
}
