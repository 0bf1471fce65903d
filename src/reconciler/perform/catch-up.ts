import { CoppiceError } from "../../core/errors.ts";
import type { CatchUp, PlanState, TaskIssue } from "../../core/plan/plan.ts";
import type { TaskSteering } from "../../core/plan/steering.ts";
import type { BlockerEdge, TaskLabelChange } from "../../core/queue/effects.ts";
import { labelsOf, stateLabelNames } from "../../core/queue/labels.ts";
import type { TaskSnapshot } from "../../core/queue/snapshot.ts";
import { formatTaskIssue, formatTaskTitle } from "../../wire/task-issue.ts";
import type { SeenView } from "../readings.ts";
import { changeLabels } from "./labels.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** Issues are rewritten, dependencies taken away, and only then the ledger forgets that it was to be done. */
export const catchUp: Performer<"catch-up"> = async ({ catchUp: wanted }, scene) => {
  const tasks = wanted.rewrite.flatMap((key) => taskOf(scene, key) ?? []);
  for (const task of tasks) await rewrite(scene, task);
  const steered = scene.snapshot.state.record.steering?.tasks;
  const changes = tasks.flatMap((at) => labelChange(at, steered?.[at.task.key]));
  if (changes.length > 0) await changeLabels({ kind: "change-labels", changes }, scene);
  const edges = wanted.unlink.flatMap((edge) => edgeOf(scene, edge));
  if (edges.length > 0) {
    await scene.ports.forge.issues.removeBlockers(edges);
    scene.sightings.readings.view(planOf(scene)).change((view) => unblocked(view, edges));
  }
  await forget(scene);
};

/** An issue that is gone has nothing to be rewritten. */
async function rewrite(scene: Scene, { task, issue }: TaskSnapshot): Promise<void> {
  if (issue === undefined) return;
  const text = { title: formatTaskTitle(task), body: formatTaskIssue(task, { plan: planOf(scene) }) };
  try {
    await scene.ports.forge.issues.update(issue.number, text);
  } catch (error) {
    if (!(error instanceof CoppiceError) || error.code !== "forge-not-found") throw error;
  }
}

/** Specialist and priority; what a task is doing is another rule's word. */
function labelChange({ task, issue }: TaskSnapshot, steering: TaskSteering | undefined): TaskLabelChange[] {
  if (issue === undefined || issue.state === "closed") return [];
  const wanted = labelsOf(task, steering).filter((name) => !stateLabelNames.some((state) => state === name));
  const add = wanted.filter((name) => !issue.labels.includes(name));
  const remove = issue.labels.filter((name) => /^(agent|priority):/.test(name) && !wanted.includes(name));
  if (add.length === 0 && remove.length === 0) return [];
  return [{ task: task.key, issue: { number: issue.number, nodeId: issue.nodeId }, add, remove }];
}

/** What a later amendment made a need again stays; what has no issue was never linked. */
function edgeOf(scene: Scene, { blocked, blocking }: CatchUp["unlink"][number]): BlockerEdge[] {
  const { plan, record } = scene.snapshot.state;
  if (plan.tasks.some(({ key, needs }) => key === blocked && needs.includes(blocking))) return [];
  const from = record.tasks[blocked];
  const to = record.tasks[blocking];
  return from === undefined || to === undefined ? [] : [{ blocked: from, blocking: to }];
}

function unblocked(view: SeenView, edges: readonly BlockerEdge[]): SeenView {
  const isGone = (issue: Pick<TaskIssue, "number">, blocker: number) =>
    edges.some(({ blocked, blocking }) => blocked.number === issue.number && blocking.number === blocker);
  const issues = view.issues.map((issue) => ({
    ...issue,
    openBlockers: issue.openBlockers.filter((blocker) => !isGone(issue, blocker)),
  }));
  return { ...view, issues };
}

/** Unless another amendment has been approved meanwhile, which may have changed the same tasks once more. */
async function forget(scene: Scene): Promise<void> {
  const plan = planOf(scene);
  const approval = approvalOf(scene.snapshot.state);
  await scene.ports.plans.edit(plan, (state) => {
    if (state?.record.catchUp === undefined || approvalOf(state) !== approval) return { answer: undefined };
    const { catchUp: _, ...record } = state.record;
    const change = { plan: state.plan, record, message: `Plan #${plan}: issues say what was amended` };
    return { answer: undefined, change };
  });
}

function approvalOf({ record: { status } }: PlanState): number | undefined {
  return status.kind === "approved" ? status.approval.comment : undefined;
}
