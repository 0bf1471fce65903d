import { stuckKey, withMade } from "../../core/queue/creating.ts";
import type { StuckTask } from "../../core/queue/effects.ts";
import type { TaskKey } from "../../core/task/task.ts";
import { findStuckMarker, formatStuckNote } from "../../wire/stuck-note.ts";
import { beginCreating } from "./creating.ts";
import { findOwnComment } from "./own-comment.ts";
import type { EffectOf, Performer, Scene } from "./performer.ts";
import { planOf } from "./performer.ts";

type Told = readonly Pick<StuckTask, "key" | "epoch">[];

/** The ledger knows last: until then the comment is looked for, and found, before one is posted. */
export const tellStuck: Performer<"tell-stuck"> = async (effect, scene) => {
  const plan = planOf(scene);
  const begun = await beginCreating(scene, [effect.name]);
  // Another hub is at it, or has told of it since.
  if (begun?.keys.has(effect.name) !== true) return;
  const told = (begun.first ? undefined : await findTold(effect, scene)) ?? (await tell(effect, scene));
  await scene.ports.plans.edit(plan, (state) => {
    if (state === undefined) return { answer: undefined };
    const record = withMade({ ...state.record, stuckTold: withTold(state.record.stuckTold, told) }, [effect.name]);
    return { answer: undefined, change: { plan: state.plan, record, message: `Plan #${plan}: it is stuck` } };
  });
};

/** A comment that was posted before the ledger could know: it may tell of less than is to be told by now. */
async function findTold({ name }: EffectOf<"tell-stuck">, scene: Scene): Promise<Told | undefined> {
  const plan = planOf(scene);
  const tells = (body: string) => findStuckMarker(body, plan).some((one) => stuckKey(one) === name);
  const found = await findOwnComment(scene.ports.forge, plan, tells);
  return found === undefined ? undefined : findStuckMarker(found.body, plan);
}

async function tell({ failed, waiting, others }: EffectOf<"tell-stuck">, scene: Scene): Promise<Told> {
  const plan = planOf(scene);
  const text = formatStuckNote({ plan, failed, waiting, others }, scene.policy);
  await scene.ports.forge.comments.create(plan, text);
  return failed;
}

/** Of each task the latest attempt: a comment that was found may be older than what was told since. */
function withTold(known: Readonly<Partial<Record<TaskKey, number>>> = {}, told: Told) {
  const news = told.filter(({ key, epoch }) => epoch > (known[key] ?? -1));
  return { ...known, ...Object.fromEntries(news.map(({ key, epoch }) => [key, epoch])) };
}
