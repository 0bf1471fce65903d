import { CoppiceError } from "../../../src/core/errors.ts";
import type { TaskIssue } from "../../../src/core/plan/plan.ts";
import type { Marks } from "../../../src/core/task/marker.ts";
import { phaseMarks, taskMarks } from "../../../src/core/task/marker.ts";
import type { CommandedIssue, IssueDetail, Issues, NewSubIssue, ParentIssue } from "../../../src/ports/forge/issues.ts";
import type { MemoryIssue, World } from "./world.ts";
import { addIssue, childrenOf, timestamp, webUrl } from "./world.ts";

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
    createTasks: (parent, tasks, { first } = {}) =>
      journal.call("issues.createTasks", { parent, tasks }, () =>
        createSubIssues({ world, parent, marks: taskMarks, first }, tasks),
      ),
    createPhases: (parent, phases, { first } = {}) =>
      journal.call("issues.createPhases", { parent, phases }, () =>
        createSubIssues({ world, parent, marks: phaseMarks, first }, phases),
      ),
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
    labelActs: (number) => journal.call("issues.labelActs", number, () => world.labelActs.get(number) ?? []),
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

/** What a sub-issue of a plan stands for; only the app's own words count. */
export function keyOf<Key extends string>(
  world: World,
  { marks, plan }: { readonly marks: Marks<Key>; readonly plan: number },
  issue: MemoryIssue,
): Key | undefined {
  if (issue.author !== world.botLogin) return undefined;
  const marker = marks.find(issue.body);
  return marker?.plan === plan ? marker.key : undefined;
}

function commanded(world: World, number: number, commentNodeId: string): CommandedIssue | undefined {
  const issue = world.issues.get(number);
  const comment = [...world.comments.values()].find(({ nodeId }) => nodeId === commentNodeId);
  if (issue === undefined || comment === undefined) return undefined;
  return { issue: detail(world, issue), bodyEditedAt: issue.bodyEditedAt, commentEditedAt: comment.editedAt };
}

interface Creation<Key extends string> {
  readonly world: World;
  readonly parent: ParentIssue;
  readonly marks: Marks<Key>;
  readonly first?: boolean;
}

function createSubIssues<Key extends string>(
  { world, parent, marks, first }: Creation<Key>,
  wanted: readonly NewSubIssue<Key>[],
): Map<Key, TaskIssue> {
  mustFind(world, parent.number);
  const made = new Map<Key, TaskIssue>();
  for (const { key, title, body, labels } of wanted) {
    const marker = { plan: parent.plan ?? parent.number, key };
    const siblings = childrenOf(world, parent.number);
    const found = first
      ? undefined
      : siblings.find((issue) => keyOf(world, { marks, plan: marker.plan }, issue) === key);
    if (found === undefined && siblings.length >= maxSubIssues) {
      throw new CoppiceError("forge-refused", `#${parent.number} has ${maxSubIssues} sub-issues already`);
    }
    const fresh = { title, body: marks.add(body, marker), labels, author: world.botLogin, parent: parent.number };
    const { number, id, nodeId } = found ?? addIssue(world, fresh);
    made.set(key, { number, id, nodeId });
  }
  return made;
}

/** An issue as the port shows it. */
export function detail(world: World, issue: MemoryIssue): IssueDetail {
  const { number, id, nodeId, title, body, state, author, labels } = issue;
  const url = webUrl(world, `issues/${number}`);
  return { number, id, nodeId, title, body, state, author, labels: [...labels], url };
}
