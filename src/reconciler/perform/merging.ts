import { mergeStep } from "../../core/queue/merging.ts";
import { taskHold } from "../../core/queue/pauses.ts";
import { planHold } from "../../core/queue/task-state.ts";
import { formatPullTitle } from "../../wire/pull-body.ts";
import { withMerge } from "../view-changes.ts";
import type { Performer } from "./performer.ts";
import { planOf, taskOf } from "./performer.ts";

/** What was read so long ago at most is judged by without another look, milliseconds: requests take about that long. */
const freshMilliseconds = 3_000;

/** Judged on the pull request as it is this moment; what is merged is exactly the head that was verified. */
export const mergePull: Performer<"merge-pull"> = async ({ task: key, issue, pull: number, head }, scene) => {
  const { ports, policy, snapshot, sightings } = scene;
  const at = taskOf(scene, key);
  const plan = planOf(scene);
  const isFresh = ports.clock.monotonic() - sightings.readings.pullReadAt(plan, number) <= freshMilliseconds;
  const pull = isFresh ? at?.pull : await ports.forge.pulls.get(number);
  if (at === undefined || pull?.state !== "open" || pull.head !== head) return;
  // Since the look somebody may have paused the plan or the task, or given it up: the ledger is remembered, that costs no request.
  const state = await ports.plans.load(plan);
  if (state === undefined) return;
  const holds = { hold: planHold({ ...snapshot, state }, policy), paused: taskHold(at, state, policy) };
  if (mergeStep({ ...at, pull }, policy, holds).kind !== "merge") return;
  const answer = await ports.forge.pulls.merge({
    number,
    head,
    method: policy.mergeMethod,
    title: `${formatPullTitle(at.task)} (#${number})`,
    message: `Task ${key} of plan #${plan}, issue #${issue}.`,
  });
  const view = sightings.readings.view(plan);
  if (answer.kind === "merged") view.change((seen) => withMerge(seen, number, answer.closed ?? []));
  else view.doubt();
  if (answer.kind === "not-mergeable") sightings.refuseMerge(number, head, answer.reason);
};
