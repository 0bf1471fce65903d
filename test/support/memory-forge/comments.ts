import { CoppiceError } from "../../../src/core/errors.ts";
import type { Comments, CommentView, Thread } from "../../../src/ports/forge/comments.ts";
import { detail } from "./issues.ts";
import { newest } from "./ledger.ts";
import type { MemoryComment, World } from "./world.ts";
import { timestamp, webUrl } from "./world.ts";

/** Comments in memory. */
export function memoryComments(world: World): Comments {
  const { journal } = world;
  return {
    thread: (issue, since) => journal.call("comments.thread", { issue, since }, () => threadOf(world, issue, since)),
    ofIssue: (issue, since) =>
      journal.call("comments.ofIssue", { issue, since }, () =>
        list(world, (comment) => comment.issue === issue && isSince(comment, since)),
      ),
    since: (time) =>
      journal.call("comments.since", time, () =>
        list(world, (comment) => isSince(comment, time)).map((comment) => withThumb(world, comment)),
      ),
    get: (id) =>
      journal.call("comments.get", id, () => {
        const comment = world.comments.get(id);
        return comment === undefined ? undefined : commentView(comment);
      }),
    create: (issue, body) =>
      journal.call("comments.create", { issue, body }, () =>
        addComment(world, { issue, body, author: world.botLogin }),
      ),
    update: (id, body) => journal.call("comments.update", { id, body }, () => editComment(world, id, body)),
    remove: (id) => journal.call("comments.remove", id, () => removeComment(world, id)),
    pin: (id) => journal.call("comments.pin", id, () => void world.pinned.add(id)),
    react: (id, reaction) =>
      journal.call("comments.react", { id, reaction }, () => {
        if (!world.comments.has(id)) return;
        world.reactions.set(id, (world.reactions.get(id) ?? new Set()).add(reaction));
      }),
  };
}

/** A comment by anybody, on an issue or a pull request. */
export function addComment(
  world: World,
  { issue, body, author }: { issue: number; body: string; author: string },
): CommentView {
  if (!world.issues.has(issue) && !world.pulls.has(issue)) {
    throw new CoppiceError("forge-not-found", `there is no issue #${issue}`);
  }
  const id = world.nextId++;
  const at = timestamp(world);
  const url = webUrl(world, `${world.pulls.has(issue) ? "pull" : "issues"}/${issue}#issuecomment-${id}`);
  const comment: MemoryComment = {
    id,
    nodeId: `IC_${id}`,
    issue,
    author,
    authorIsBot: author.endsWith("[bot]"),
    body,
    createdAt: at,
    updatedAt: at,
    url,
  };
  world.comments.set(id, comment);
  return commentView(comment);
}

/** False when it is gone. */
export function editComment(world: World, id: number, body: string): boolean {
  const comment = world.comments.get(id);
  if (comment === undefined) return false;
  comment.body = body;
  comment.updatedAt = timestamp(world);
  comment.editedAt = comment.updatedAt;
  return true;
}

/** With its pin and its reactions; nothing happens when it is gone. */
export function removeComment(world: World, id: number): void {
  world.comments.delete(id);
  world.pinned.delete(id);
  world.reactions.delete(id);
}

function threadOf(world: World, number: number, since: string | undefined): Thread {
  const rows = [...world.comments.values()].filter((row) => row.issue === number && isSince(row, since));
  const issue = world.issues.get(number);
  if (issue === undefined) return { comments: rows.map(commentView) };
  return {
    comments: rows.map((row) => ({ ...row })),
    issue: detail(world, issue),
    ...(issue.bodyEditedAt === undefined ? {} : { bodyEditedAt: issue.bodyEditedAt }),
    ledger: newest(world).oid,
  };
}

function commentView({ editedAt: _unseen, ...comment }: MemoryComment): CommentView {
  return comment;
}

function withThumb(world: World, comment: CommentView): CommentView {
  return { ...comment, hasThumb: world.reactions.get(comment.id)?.has("+1") === true };
}

function list(world: World, wanted: (comment: CommentView) => boolean): CommentView[] {
  return [...world.comments.values()].filter(wanted).map(commentView);
}

function isSince(comment: CommentView, since: string | undefined): boolean {
  return since === undefined || Date.parse(comment.updatedAt) >= Date.parse(since);
}
