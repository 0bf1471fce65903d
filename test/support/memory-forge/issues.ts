import { CoppiceError } from "../../../src/core/errors.ts";
import type { TaskIssue } from "../../../src/core/plan/plan.ts";
import { findTaskMarker, withTaskMarker } from "../../../src/core/task/marker.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import type { CommandedIssue, IssueDetail, Issues, NewTaskIssue } from "../../../src/ports/forge/issues.ts";
import type { MemoryIssue, World } from "./world.ts";
import { addIssue, timestamp, webUrl } from "./world.ts";

/** GitHub's limit of sub-issues per parent, closed ones included. */
const maxSubIssues = 100;
/** GitHub's limit of an issue's body, in UTF-16 units. */
const maxBody = 65_536;

/** Issues in memory. */
export function memoryIssues(world: World): Issues {
  const { journal, botLogin } = world;
  return {
    get: (number) =>
      journal.call("issues.get", number, () => {
        const issue = world.issues.get(number);
        return issue === undefined ? undefined : detail(world, issue);
      }),
    create: (issue) =>
      journal.call("issues.create", issue, () => detail(world, addIssue(world, { ...issue, author: botLogin }))),
    createTasks: (parent, tasks) =>
      journal.call("issues.createTasks", { parent, tasks }, () => createTasks(world, parent.number, tasks)),
    addBlockers: (edges) =>
      journal.call("issues.addBlockers", edges, () => {
        for (const { blocked, blocking } of edges) {
          mustFind(world, blocking.number);
          mustFind(world, blocked.number).blockedBy.add(blocking.number);
        }
      }),
    removeBlockers: (edges) =>
      journal.call("issues.removeBlockers", edges, () => {
        for (const { blocked, blocking } of edges) world.issues.get(blocked.number)?.blockedBy.delete(blocking.number);
      }),
    getCommanded: (number, comment) =>
      journal.call("issues.getCommanded", { number, comment }, () => commanded(world, number, comment.nodeId)),
    update: (number, { title, body }) =>
      journal.call("issues.update", { number, title, body }, () => {
        if (body.length > maxBody) throw new CoppiceError("forge-refused", `the body of #${number} is too long`);
        mustFind(world, number).title = title;
        rewriteIssue(world, number, body);
      }),
    close: (number, reason) =>
      journal.call("issues.close", { number, reason }, () => closeIssue(mustFind(world, number), reason)),
  };
}

/** Closes it, or changes why it is closed: the last reason stays, as on GitHub. */
export function closeIssue(issue: MemoryIssue, reason: "completed" | "not_planned" | "duplicate"): void {
  issue.state = "closed";
  issue.reason = reason;
}

/** Changes the body, whoever does it; one that says the same is no edit. */
export function rewriteIssue(world: World, number: number, body: string): void {
  const issue = mustFind(world, number);
  if (issue.body === body) return;
  issue.body = body;
  issue.bodyEditedAt = timestamp(world);
}

/** Throws forge-not-found, as the adapter does on a 404. */
export function mustFind(world: World, number: number): MemoryIssue {
  const issue = world.issues.get(number);
  if (issue === undefined) throw new CoppiceError("forge-not-found", `there is no issue #${number}`);
  return issue;
}

/** The task a sub-issue stands for; only the app's own words count. */
export function taskKeyOf(world: World, issue: MemoryIssue): TaskKey | undefined {
  if (issue.author !== world.botLogin) return undefined;
  const marker = findTaskMarker(issue.body);
  return marker?.plan === issue.parent ? marker?.key : undefined;
}

function commanded(world: World, number: number, commentNodeId: string): CommandedIssue | undefined {
  const issue = world.issues.get(number);
  const comment = [...world.comments.values()].find(({ nodeId }) => nodeId === commentNodeId);
  if (issue === undefined || comment === undefined) return undefined;
  return { issue: detail(world, issue), bodyEditedAt: issue.bodyEditedAt, commentEditedAt: comment.editedAt };
}

function createTasks(world: World, parent: number, tasks: readonly NewTaskIssue[]): Map<TaskKey, TaskIssue> {
  mustFind(world, parent);
  const made = new Map<TaskKey, TaskIssue>();
  for (const task of tasks) {
    const issue = findTask(world, parent, task.key) ?? addTask(world, parent, task);
    made.set(task.key, { number: issue.number, id: issue.id, nodeId: issue.nodeId });
  }
  return made;
}

function addTask(world: World, parent: number, task: NewTaskIssue): MemoryIssue {
  const siblings = [...world.issues.values()].filter((issue) => issue.parent === parent);
  if (siblings.length >= maxSubIssues) {
    throw new CoppiceError("forge-refused", `#${parent} has ${maxSubIssues} sub-issues already`);
  }
  const body = withTaskMarker(task.body, { plan: parent, key: task.key });
  return addIssue(world, { title: task.title, body, labels: task.labels, author: world.botLogin, parent });
}

function findTask(world: World, parent: number, key: TaskKey): MemoryIssue | undefined {
  return [...world.issues.values()].find((issue) => issue.parent === parent && taskKeyOf(world, issue) === key);
}

function detail(world: World, issue: MemoryIssue): IssueDetail {
  const { number, id, nodeId, title, body, state, author, labels } = issue;
  const url = webUrl(world, `issues/${number}`);
  return { number, id, nodeId, title, body, state, author, labels: [...labels], url };
}
