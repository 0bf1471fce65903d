import { findPlanMarker } from "../../wire/render/plan-marker.ts";
import { findOwnComment } from "./own-comment.ts";
import type { Performer } from "./performer.ts";
import { planOf } from "./performer.ts";

/** Written by id; without one, an earlier comment of ours is looked for before a new one is made. */
export const renderPlan: Performer<"render-plan"> = async ({ text, comment }, scene) => {
  const { comments } = scene.ports.forge;
  const plan = planOf(scene);
  const seen = scene.sightings.readings.comment(plan);
  if (comment !== undefined && (await comments.update(comment, text))) return seen.set({ id: comment, body: text });
  const found = await findOwnComment(scene, (body) => findPlanMarker(body)?.plan === plan);
  if (found !== undefined && found.body !== text) await comments.update(found.id, text);
  const id = found?.id ?? (await comments.create(plan, text)).id;
  seen.set({ id, body: text });
  await scene.ports.plans.edit(plan, (state) => {
    if (state === undefined || state.record.comment === id) return { answer: undefined };
    const change = {
      plan: state.plan,
      record: { ...state.record, comment: id },
      message: `Plan #${plan}: its comment`,
    };
    return { answer: undefined, change };
  });
  await comments.pin(id);
};
