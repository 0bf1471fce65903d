import type { BlockerEdge } from "../../core/queue/effects.ts";
import { labelsOf } from "../../core/queue/labels.ts";
import { formatTaskIssue, formatTaskTitle } from "../../wire/task-issue.ts";
import type { SeenView } from "../readings.ts";
import { recordMade } from "./made-issues.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** What the ledger knows already is left out, so that a second time creates nothing; so is a phase parent it does not know. */
export const createTaskIssues: Performer<"create-task-issues"> = async ({ tasks, phase }, scene) => {
  const { ports, snapshot } = scene;
  const plan = planOf(scene);
  const known = (await ports.plans.load(plan))?.record;
  const recorded = known?.tasks ?? {};
  const wanted = tasks.flatMap((key) => {
    const task = recorded[key] === undefined ? taskOf(scene, key)?.task : undefined;
    return task === undefined
      ? []
      : [
          {
            key,
            title: formatTaskTitle(task),
            body: formatTaskIssue(task, { plan }),
            labels: labelsOf(task, known?.steering?.tasks?.[key]),
          },
        ];
  });
  const whole = { number: plan, nodeId: snapshot.parent.nodeId };
  const parent = phase === undefined ? whole : known?.phases?.[phase];
  if (wanted.length === 0 || parent === undefined) return;
  const { number, nodeId } = parent;
  const created = await ports.forge.issues.createTasks({ number, nodeId, plan }, wanted);
  for (const { number } of created.values()) scene.sightings.readings.expect(plan, number);
  await recordMade(ports.plans, plan, { of: "tasks", issues: created });
};

export const recordTaskIssues: Performer<"record-issues"> = async ({ issues }, scene) => {
  const made = new Map(issues.map(({ key, issue }) => [key, issue]));
  await recordMade(scene.ports.plans, planOf(scene), { of: "tasks", issues: made });
};

/** Second issues of a task, and those of tasks nobody wants. */
export async function closeUnplanned(
  { issues }: { readonly issues: readonly number[] },
  { ports }: Scene,
): Promise<void> {
  for (const number of issues) await ports.forge.issues.close(number, "not_planned");
}

export const addIssueBlockers: Performer<"add-blockers"> = async ({ edges }, scene) => {
  await scene.ports.forge.issues.addBlockers(edges);
  scene.sightings.readings.view(planOf(scene)).change((view) => blocked(view, edges));
};

function blocked(view: SeenView, edges: readonly BlockerEdge[]): SeenView {
  const issues = view.issues.map((issue) => {
    const added = edges.filter((edge) => edge.blocked.number === issue.number).map(({ blocking }) => blocking.number);
    return { ...issue, openBlockers: [...new Set([...issue.openBlockers, ...added])] };
  });
  return { ...view, issues };
}

export const closeTask: Performer<"close-task"> = ({ issue }, { ports }) =>
  ports.forge.issues.close(issue, "completed");
