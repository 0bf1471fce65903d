import { mergeStep } from "../../core/queue/merging.ts";
import { planHold } from "../../core/queue/task-state.ts";
import { formatPullTitle } from "../../wire/pull-body.ts";
import type { Performer } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** What was read so long ago at most is judged by without another look, milliseconds: requests take about that long. */
const freshMilliseconds = 3_000;

/** Judged on the pull request as it is this moment; what is merged is exactly the head that was verified. */
export const mergePull: Performer<"merge-pull"> = async ({ task: key, issue, pull: number, head }, scene) => {
  const { ports, policy, snapshot, sightings } = scene;
  const at = taskOf(scene, key);
  const isFresh = ports.clock.monotonic() - sightings.readings.view(planOf(scene)).readAt <= freshMilliseconds;
  const pull = isFresh ? at?.pull : await ports.forge.pulls.get(number);
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
