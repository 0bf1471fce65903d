import { commentKey, withMade } from "../../core/queue/creating.ts";
import type { IssueDetail } from "../../ports/forge/issues.ts";
import { labelDefinitions, planLabel } from "../../wire/labels.ts";
import { beginCreating } from "./creating.ts";
import { findOwnComment, isPlanComment } from "./own-comment.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf } from "./performer.ts";
import { together } from "./together.ts";

/** Milliseconds: what stands in a thread is read for a command first, and then for the plan comment that answers it. */
const lately = { within: 10_000 };

/** Written by id; without one, an earlier comment of ours is looked for before a new one is made. */
export const renderPlan: Performer<"render-plan"> = async ({ text, comment }, scene) => {
  const { sightings } = scene;
  const { comments } = scene.ports.forge;
  const plan = planOf(scene);
  const seen = sightings.readings.comment(plan);
  if (comment !== undefined && (await comments.update(comment, text))) return seen.set({ id: comment, body: text });
  // A command that was read a moment ago has shown the thread and the issue as well.
  const found = await findOwnComment(scene.ports.forge, plan, (body) => isPlanComment(body, plan), lately);
  const issue = await scene.ports.forge.issues.get(plan, lately);
  const name = commentKey(scene.snapshot.state.record);
  const begun = found === undefined ? await beginCreating(scene, [name]) : undefined;
  // Another hub is at it, or has made it since the thread was read.
  if (found === undefined && begun?.keys.has(name) !== true) return;
  let id = found?.id;
  const write = async () => {
    if (found === undefined) id = (await comments.create(plan, text)).id;
    else if (found.body !== text) await comments.update(found.id, text);
  };
  // Labels are made while the comment is written: in the same request.
  await together([write, () => scene.ports.forge.labels.ensure(usualLabels)]);
  if (id === undefined) return;
  const made = id;
  // Where another one may have been begun, by a hub that died or by a try of ours without an answer, lists show it a little later.
  if (begun?.first === false) sightings.noteCommentMade(plan);
  seen.set({ id: made, body: text });
  await together([() => comments.pin(made), () => labelPlan(scene, issue)]);
  // Last: once it is recorded nobody comes back to what failed before.
  await recordComment(scene, made, name);
};

/** Those that nearly every plan comes to need. */
const usualLabels = labelDefinitions.filter(({ name }) => name.startsWith("coppice:"));

/** The oldest stays. */
export const removeTwins: Performer<"remove-twins"> = async ({ keep, remove }, scene) => {
  for (const id of remove) await scene.ports.forge.comments.remove(id);
  await recordComment(scene, keep);
  scene.sightings.readings.comment(planOf(scene)).doubt();
};

/** Once, with the comment: who takes it off later has a reason. */
async function labelPlan({ ports }: Scene, issue: IssueDetail | undefined): Promise<void> {
  if (issue === undefined || issue.labels.includes(planLabel)) return;
  await ports.forge.labels.change([{ issue, add: [planLabel], remove: [] }]);
}

async function recordComment(scene: Scene, id: number, name = commentKey(scene.snapshot.state.record)): Promise<void> {
  const plan = planOf(scene);
  await scene.ports.plans.edit(plan, (state) => {
    if (state === undefined || state.record.comment === id) return { answer: undefined };
    const record = withMade({ ...state.record, comment: id }, [name]);
    return { answer: undefined, change: { plan: state.plan, record, message: `Plan #${plan}: its comment` } };
  });
}
