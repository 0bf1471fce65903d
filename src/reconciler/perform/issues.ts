import type { TaskIssue } from "../../core/plan/plan.ts";
import { workBranch } from "../../core/queue/attempts.ts";
import type { BlockerEdge } from "../../core/queue/effects.ts";
import { labelsOf } from "../../core/queue/labels.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { NewTaskIssue } from "../../ports/forge/issues.ts";
import { formatTaskIssue, formatTaskTitle } from "../../wire/task-issue.ts";
import type { SeenView } from "../readings.ts";
import { withClosed, withIssues } from "../view-changes.ts";
import { beginCreating } from "./creating.ts";
import { recordMade } from "./made-issues.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";
import { together } from "./together.ts";

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
  const begun = await beginCreating(
    scene,
    wanted.map(({ key }) => key),
  );
  const missing = wanted.filter(({ key }) => begun?.keys.has(key));
  if (begun === undefined || missing.length === 0) return;
  const { number, nodeId } = parent;
  const created = await ports.forge.issues.createTasks({ number, nodeId, plan }, missing, { first: begun.first });
  for (const { number } of created.values()) scene.sightings.readings.expect(plan, number);
  scene.sightings.readings
    .view(plan)
    .change((view) => withIssues(view, asSeen(scene, wanted, { created, parent: number })));
  const edges = edgesOf(scene, created);
  await together([
    () => recordMade(ports.plans, plan, { of: "tasks", issues: created }),
    ...(edges.length === 0 ? [] : [() => linkBlockers(scene, edges)]),
  ]);
};

/** What the new issues wait for; written with the record of them, and by the rule for all others. */
function edgesOf({ snapshot }: Scene, created: ReadonlyMap<TaskKey, TaskIssue>): readonly BlockerEdge[] {
  const open = new Map(
    snapshot.tasks.flatMap(({ task, issue }) => (issue?.state === "open" ? [[task.key, issue] as const] : [])),
  );
  return snapshot.tasks.flatMap(({ task }) => {
    const blocked = created.get(task.key);
    if (blocked === undefined) return [];
    const blocking = task.needs.flatMap((need) => created.get(need) ?? open.get(need) ?? []);
    return blocking.map(({ number, id, nodeId }) => ({ blocked, blocking: { number, id, nodeId } }));
  });
}

/** An issue that was just made is as it was asked for; what became of it since is seen at the next look. */
function asSeen(
  scene: Scene,
  wanted: readonly NewTaskIssue[],
  { created, parent }: { readonly created: ReadonlyMap<TaskKey, TaskIssue>; readonly parent: number },
) {
  const under = parent === planOf(scene) ? {} : { parent };
  return wanted.flatMap(({ key, title, labels }) => {
    const made = created.get(key);
    const task = taskOf(scene, key)?.task;
    if (made === undefined || task === undefined) return [];
    const issue = { ...made, ...under, key, title, labels, state: "open" as const, openBlockers: [] };
    return [{ issue, branch: workBranch({ task }, made.number) }];
  });
}

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

export const addIssueBlockers: Performer<"add-blockers"> = ({ edges }, scene) => linkBlockers(scene, edges);

async function linkBlockers(scene: Scene, edges: readonly BlockerEdge[]): Promise<void> {
  await scene.ports.forge.issues.addBlockers(edges);
  scene.sightings.readings.view(planOf(scene)).change((view) => blocked(view, edges));
}

function blocked(view: SeenView, edges: readonly BlockerEdge[]): SeenView {
  const issues = view.issues.map((issue) => {
    const added = edges.filter((edge) => edge.blocked.number === issue.number).map(({ blocking }) => blocking.number);
    return { ...issue, openBlockers: [...new Set([...issue.openBlockers, ...added])] };
  });
  return { ...view, issues };
}

export const closeTask: Performer<"close-task"> = async ({ issue }, scene) => {
  await scene.ports.forge.issues.close(issue, "completed");
  scene.sightings.readings.view(planOf(scene)).change((view) => withClosed(view, issue, "completed"));
};
