import { nextLease } from "../core/queue/attempts.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { ReadyTask } from "../core/queue/select.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import type { Specialist } from "../core/task/specialist.ts";
import type { PlannedTask, TaskKey } from "../core/task/task.ts";
import type { Clock } from "../ports/clock.ts";
import type { TaskOffer } from "../ports/dispatch.ts";
import type { Plans } from "../ports/plans.ts";
import { planFolder, resultPath } from "../wire/ledger-paths.ts";
import type { ReconcilerOptions } from "./ports.ts";

/** A frame holds 60 context files of 64 Ki characters; fewer in all, so that it stays far below a frame's 4 MiB. */
const contextFiles = 50;
const contextFileLength = 65_536;
const contextLength = 1_000_000;

export interface OfferRequest {
  readonly options: Pick<ReconcilerOptions, "newId" | "author"> & {
    readonly forge: Pick<ReconcilerOptions["forge"], "repository" | "gitUrl" | "defaultBranch">;
    readonly plans: Pick<Plans, "file">;
    readonly clock: Pick<Clock, "now">;
    /** Whose instructions agents are given; none where absent. */
    readonly specialists?: () => Promise<readonly Specialist[]>;
  };
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  readonly ready: ReadyTask;
  readonly worker: string;
  /** The agent to ask for; the worker's own choice when absent. */
  readonly agent?: string | undefined;
}

/** Everything the worker needs, with the lease it has to claim and the results of the tasks before it. */
export async function composeOffer(request: OfferRequest): Promise<TaskOffer> {
  const { options, snapshot, policy, ready, worker, agent } = request;
  const { forge } = options;
  const { plan, issue, task, at } = ready;
  const run = options.newId();
  const specialist = (await options.specialists?.())?.find(({ name }) => name === task.specialist);
  const { resumed, tasks: steered } = snapshot.state.record.steering ?? {};
  const said = { retried: steered?.[task.key]?.retried?.at, resumed: resumed?.at };
  const claim = { ...said, plan, task: at, issue, holder: `${worker}/${run}`, nonce: options.newId(), policy };
  return {
    run,
    repository: forge.repository,
    gitUrl: forge.gitUrl,
    defaultBranch: forge.defaultBranch,
    plan,
    goal: snapshot.state.plan.goal,
    task,
    ...(specialist === undefined ? {} : { specialist: instructionsOf(specialist) }),
    issue,
    lease: nextLease({ ...claim, now: options.clock.now() }),
    ...(at.lease === undefined ? {} : { expected: at.lease.oid }),
    ...(agent === undefined ? {} : { agent }),
    timeoutMinutes: Math.min(task.timeoutMinutes ?? policy.timeoutMinutes, policy.timeoutMinutes),
    setup: policy.setup,
    verify: policy.verify,
    context: await contextOf(options, snapshot, task),
    author: options.author,
  };
}

function instructionsOf({ name, instructions }: Specialist): NonNullable<TaskOffer["specialist"]> {
  return { name, instructions };
}

/** Results of everything the task rests on, nearest first, as much as fits. */
async function contextOf(
  { plans }: Pick<OfferRequest["options"], "plans">,
  snapshot: Snapshot,
  task: PlannedTask,
): Promise<TaskOffer["context"]> {
  const plan = snapshot.state.record.issue;
  const files: { path: string; text: string }[] = [];
  let room = contextLength;
  for (const key of ancestors(snapshot, task).slice(0, contextFiles)) {
    const path = resultPath(plan, key).slice(planFolder(plan).length + 1);
    const text = (await plans.file(plan, path))?.slice(0, contextFileLength) ?? "";
    if (text === "" || text.length > room) continue;
    room -= text.length;
    files.push({ path, text });
  }
  return files;
}

function ancestors({ tasks }: Snapshot, task: PlannedTask): readonly TaskKey[] {
  const found = new Set<TaskKey>(task.needs);
  // A set grows while it is walked: each generation is visited after the one before.
  for (const key of found) {
    for (const need of tasks.find((other) => other.task.key === key)?.task.needs ?? []) found.add(need);
  }
  return [...found];
}
