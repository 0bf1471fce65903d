import { mergeStep } from "../../core/queue/merging.ts";
import { planHold } from "../../core/queue/task-state.ts";
import { formatPullTitle } from "../../wire/pull-body.ts";
import type { Performer } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** Judged once more on the pull request as it is this moment; what is merged is exactly the head that was verified. */
export const mergePull: Performer<"merge-pull"> = async ({ task: key, issue, pull: number, head }, scene) => {
  const { ports, policy, snapshot, sightings } = scene;
  const at = taskOf(scene, key);
  const pull = await ports.forge.pulls.get(number);
  if (at === undefined || pull?.state !== "open" || pull.head !== head) return;
  if (mergeStep({ ...at, pull }, policy, planHold(snapshot)).kind !== "merge") return;
  const answer = await ports.forge.pulls.merge({
    number,
    head,
    method: policy.mergeMethod,
    title: `${formatPullTitle(at.task)} (#${number})`,
    message: `Task ${key} of plan #${planOf(scene)}, issue #${issue}.`,
  });
  if (answer.kind === "not-mergeable") sightings.refuseMerge(number, head, answer.reason);
};
