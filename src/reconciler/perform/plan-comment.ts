import { labelDefinition, planLabel } from "../../wire/labels.ts";
import { findOwnComment, isPlanComment } from "./own-comment.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf } from "./performer.ts";

/** Written by id; without one, an earlier comment of ours is looked for before a new one is made. */
export const renderPlan: Performer<"render-plan"> = async ({ text, comment }, scene) => {
  const { sightings } = scene;
  const { comments } = scene.ports.forge;
  const plan = planOf(scene);
  const seen = sightings.readings.comment(plan);
  if (comment !== undefined && (await comments.update(comment, text))) return seen.set({ id: comment, body: text });
  const found = await findOwnComment(scene.ports.forge, plan, (body) => isPlanComment(body, plan));
  if (found !== undefined && found.body !== text) await comments.update(found.id, text);
  const id = found?.id ?? (await comments.create(plan, text)).id;
  if (found === undefined) sightings.noteCommentMade(plan);
  await comments.pin(id);
  await labelPlan(scene);
  seen.set({ id, body: text });
  await recordComment(scene, id);
};

/** The oldest stays. */
export const removeTwins: Performer<"remove-twins"> = async ({ keep, remove }, scene) => {
  for (const id of remove) await scene.ports.forge.comments.remove(id);
  await recordComment(scene, keep);
  scene.sightings.readings.comment(planOf(scene)).doubt();
};

/** Once, with the comment: who takes it off later has a reason. */
async function labelPlan(scene: Scene): Promise<void> {
  const { issues, labels } = scene.ports.forge;
  const issue = await issues.get(planOf(scene));
  if (issue === undefined || issue.labels.includes(planLabel)) return;
  await labels.ensure([labelDefinition(planLabel)]);
  await labels.change([{ issue, add: [planLabel], remove: [] }]);
}

async function recordComment(scene: Scene, id: number): Promise<void> {
  const plan = planOf(scene);
  await scene.ports.plans.edit(plan, (state) => {
    if (state === undefined || state.record.comment === id) return { answer: undefined };
    const record = { ...state.record, comment: id };
    return { answer: undefined, change: { plan: state.plan, record, message: `Plan #${plan}: its comment` } };
  });
}
