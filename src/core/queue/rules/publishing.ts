import { failuresOf, isAbandoned, newestEpoch } from "../attempts.ts";
import type { Effect } from "../effects.ts";
import type { Survey } from "../task-state.ts";
import type { CreatedTask, Rule } from "./rule.ts";
import { createdTasks, isDoubtful } from "./rule.ts";

/** Nobody waits for the work of a closed task, of a cancelled plan, of a task the plan no longer has, or of what somebody stopped. */
export const stopOrphans: Rule = (survey) =>
  createdTasks(survey).flatMap((task): Effect[] => {
    const { run } = task.at;
    const reason = whyStopped(task, survey);
    return run === undefined || reason === undefined
      ? []
      : [{ kind: "stop-run", task: task.key, run: run.run, reason }];
  });

function whyStopped({ key, at, issue, givenUp }: CreatedTask, survey: Survey): string | undefined {
  if (givenUp && !isDoubtful(survey)) return "the task was given up";
  if (issue.state === "closed") return "the task was closed";
  const { stopped } = survey.snapshot.state.record.steering?.tasks?.[key] ?? {};
  return stopped !== undefined && newestEpoch(at) <= stopped.epoch ? `stopped by ${stopped.by}` : undefined;
}

/** Results go to the ledger in one commit, then each pull request is opened, then its lease is released: never before. */
export const publish: Rule = (survey) => {
  const published = createdTasks(survey).filter(({ at }) => at.lease?.lease.phase === "published");
  const results = published.flatMap(({ key, at }) =>
    at.folded || at.lease === undefined ? [] : [{ task: key, epoch: at.lease.lease.epoch, lease: at.lease.oid }],
  );
  return [
    ...(results.length === 0 ? [] : [{ kind: "fold-results", results } as const]),
    ...published.flatMap(openAndRelease),
  ];
};

function openAndRelease({ key, at, issue, givenUp }: CreatedTask): Effect[] {
  if (at.lease === undefined) return [];
  const lease = { oid: at.lease.oid, lease: at.lease.lease };
  const release: Effect = { kind: "release-lease", task: key, lease };
  const isOpen = at.pull?.state === "open" || (at.pull?.state === "merged" && at.pull.head === lease.lease.head);
  if (isOpen || givenUp || issue.state === "closed") return [release];
  return [{ kind: "open-pull", task: key, issue: issue.number, lease }, release];
}

/** An abandoned lease is taken over by the next claim; where none will come, it is freed and says why. */
export const freeAbandoned: Rule = (survey) =>
  createdTasks(survey).flatMap(({ key, at, issue, state }): Effect[] => {
    if (at.lease === undefined || issue.state === "closed" || !isAbandoned(at)) return [];
    if (state.kind !== "failed" && state.kind !== "review" && state.kind !== "paused") return [];
    const failure = failuresOf(at, survey.now).findLast(({ kind }) => kind === "worker-lost");
    return [{ kind: "release-lease", task: key, lease: { oid: at.lease.oid, lease: at.lease.lease }, failure }];
  });
