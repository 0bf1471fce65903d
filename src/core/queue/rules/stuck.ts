import { topologicalOrder } from "../../plan/order.ts";
import type { TaskKey } from "../../task/task.ts";
import { attemptsUsed, countedFailures, newestEpoch } from "../attempts.ts";
import { stuckKey } from "../creating.ts";
import type { StuckTask } from "../effects.ts";
import { reasonLine } from "../reasons.ts";
import type { TaskSnapshot } from "../snapshot.ts";
import type { TaskState, Waiting } from "../states.ts";
import type { Survey } from "../task-state.ts";
import { planHold } from "../task-state.ts";
import type { CreatedTask, Rule } from "./rule.ts";
import { createdTasks, isApproved, isDoubtful } from "./rule.ts";

/** Tasks failed for good and nothing of the plan goes on by itself or by time: people are told once, and again when another attempt has failed since. */
export const tellStuck: Rule = (survey) => {
  const { snapshot, states } = survey;
  if (!isApproved(survey) || isDoubtful(survey) || planHold(snapshot) !== undefined) return [];
  if (snapshot.tasks.some((at) => isInHand(at, states.get(at.task.key)))) return [];
  const failed = createdTasks(survey).flatMap((at) => failedTask(at, survey));
  const told = snapshot.state.record.stuckTold ?? {};
  const news = failed.find(({ key, epoch }) => epoch > (told[key] ?? -1));
  if (news === undefined) return [];
  const { waiting, others } = restOf(failed, survey);
  return [{ kind: "tell-stuck", name: stuckKey(news), failed, waiting, others }];
};

/** These wait for other tasks, for people who were told of nothing, or for issues of others. What is only not seen may be there all the same. */
const forNothingThatComes: ReadonlySet<Waiting["kind"]> = new Set(["needs", "blockers", "create-ahead", "no-room"]);

/** It runs, it goes on by itself or in time, or whoever has to act knows: he paused it, is asked to merge it, was told of a spent budget. */
function isInHand({ run }: TaskSnapshot, state: TaskState | undefined): boolean {
  if (run !== undefined || state === undefined) return true;
  switch (state.kind) {
    case "planned":
      return !forNothingThatComes.has(state.waiting.kind);
    case "queued":
      return state.ready || !forNothingThatComes.has(state.waiting.kind);
    case "review":
      return isReviewInHand(state);
    case "running":
    case "merged":
    case "paused":
      return true;
    case "done":
    case "dropped":
    case "failed":
    case "blocked":
      return false;
  }
}

function isReviewInHand({ step, pull }: Extract<TaskState, { kind: "review" }>): boolean {
  if (step.kind !== "person" || step.why === "paused") return true;
  return step.why === "manual" && pull.checks !== "failed";
}

function failedTask({ key, at, issue, state, givenUp }: CreatedTask, survey: Survey): StuckTask[] {
  if (state.kind !== "failed" || givenUp) return [];
  const { snapshot, policy, now } = survey;
  const counted = countedFailures(at, now, snapshot.state.record.steering?.tasks?.[key]?.retried?.at);
  const used = attemptsUsed(counted);
  // Where it was not the task's own fault, it was the number.
  const attempts = used < policy.attempts ? counted.filter(({ kind }) => kind !== "stopped").length : used;
  const line = reasonLine(state, key, policy);
  return [{ key, epoch: newestEpoch(at), issue: issue.number, attempts, line }];
}

/** Open tasks that need a failed one, by others too; and whether there are open ones that wait for something else. */
function restOf(failed: readonly StuckTask[], { snapshot }: Survey) {
  const open = snapshot.tasks.filter(({ issue }) => issue?.state !== "closed").map(({ task }) => task);
  const roots = new Set(failed.map(({ key }) => key));
  const behind = new Set<TaskKey>();
  for (const { key, needs } of topologicalOrder(open)) {
    if (!roots.has(key) && needs.some((need) => roots.has(need) || behind.has(need))) behind.add(key);
  }
  const waiting = open.map(({ key }) => key).filter((key) => behind.has(key));
  return { waiting, others: open.length > roots.size + behind.size };
}
