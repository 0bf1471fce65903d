import type { TaskMarker } from "../core/task/marker.ts";
import { taskMarks } from "../core/task/marker.ts";
import type { PlannedTask } from "../core/task/task.ts";
import { neutralise, neutraliseCell, neutraliseLine } from "./neutralise.ts";
import { acceptanceList } from "./render/plan-comment.ts";

/** A task's issue: its title. */
export function formatTaskTitle(task: Pick<PlannedTask, "title">): string {
  return neutraliseLine(task.title, 200);
}

/** A task's issue: the marker first, then what to do, how it is judged, and what it waits for. */
export function formatTaskIssue(task: PlannedTask, { plan }: { readonly plan: number }): string {
  const lines = [
    taskMarks.format({ plan, key: task.key }),
    frontMatter(task),
    "",
    `Part of #${plan} as **${task.key}**.`,
  ];
  lines.push("", "### What to do", "", neutralise(task.description) || neutraliseLine(task.title));
  if (task.acceptance.length > 0) lines.push("", "### It is done when", "", ...acceptanceList(task));
  if (task.touches.length > 0) {
    lines.push("", "### Likely to change", "", ...task.touches.map((path) => `- ${neutraliseCell(path)}`));
  }
  if (task.needs.length > 0) lines.push("", `Waits for ${task.needs.join(", ")} of the plan.`);
  return lines.join("\n");
}

/** What plan and task an issue stands for; only worth something when the app itself wrote the body. */
export function parseTaskIssue(body: string): TaskMarker | undefined {
  return body.startsWith("<!-- coppice:plan=") ? taskMarks.find(body) : undefined;
}

/** For other programs; hidden, one fact a line. Values hold no `--`, which would end the comment. */
function frontMatter(task: PlannedTask): string {
  const facts = {
    task: task.key,
    specialist: task.specialist,
    phase: task.phase,
    priority: task.priority,
    needs: task.needs.join(", "),
  };
  const lines = Object.entries(facts).map(
    ([name, value]) => `${name}: ${value.replace(/[^\w, -]/g, "").replace(/--+/g, "-")}`,
  );
  return ["<!--", ...lines, "-->"].join("\n");
}
