import { noUsage } from "../../core/plan/plan.ts";
import { addUsage } from "../../core/plan/usage.ts";
import { summaryKey, withMade } from "../../core/queue/creating.ts";
import { progress } from "../../core/queue/progress.ts";
import { formatPlanSummary, formatSummaryMarker } from "../../wire/plan-summary.ts";
import { publishedRuns } from "../publications.ts";
import { beginCreating } from "./creating.ts";
import { findOwnComment } from "./own-comment.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf } from "./performer.ts";
import { together } from "./together.ts";

/** The ledger says done last: until then every step is done again after a crash, and found done. */
export const finishPlan: Performer<"finish-plan"> = async (_, scene) => {
  const { ports, snapshot, policy } = scene;
  const plan = planOf(scene);
  if ((await ports.plans.load(plan))?.record.status.kind !== "approved") return;
  const begun = await beginCreating(scene, [summaryKey]);
  // Another hub is at it, or has come to the end since.
  if (begun?.keys.has(summaryKey) !== true) return;
  const isTold = (body: string) => body.startsWith(formatSummaryMarker(plan));
  const told = begun.first ? undefined : await findOwnComment(ports.forge, plan, isTold);
  const now = ports.clock.now();
  const { state } = snapshot;
  const text = formatPlanSummary({ state, progress: progress(snapshot, policy, now), ...(await spent(scene, now)) });
  const { comments, issues } = ports.forge;
  await together([
    ...(told === undefined ? [() => comments.create(plan, text)] : []),
    () => issues.close(plan, "completed"),
  ]);
  scene.sightings.readings.view(plan).change((view) => ({ ...view, parent: { ...view.parent, state: "closed" } }));
  const at = new Date(ports.clock.now()).toISOString();
  await ports.plans.edit(plan, (state) => {
    if (state?.record.status.kind !== "approved") return { answer: undefined };
    const status = { kind: "done", at, approval: state.record.status.approval } as const;
    const record = withMade({ ...state.record, status }, [summaryKey]);
    const change = { plan: state.plan, record, message: `Plan #${plan}: done` };
    return { answer: undefined, change };
  });
};

/** What the published runs used, and the time since the approval. */
async function spent(scene: Scene, now: number) {
  const { snapshot, policy } = scene;
  const { status } = snapshot.state.record;
  const at = { ...scene, plan: planOf(scene) };
  const runs = await Promise.all(snapshot.tasks.map(({ task }) => publishedRuns(at, task.key, policy.attempts)));
  const usage = runs.flat().reduce((sum, run) => addUsage(sum, run.usage), noUsage);
  return status.kind === "approved" ? { usage, took: Math.max(0, now - Date.parse(status.approval.at)) } : { usage };
}
