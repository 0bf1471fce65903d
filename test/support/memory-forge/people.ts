import type { PullView } from "../../../src/core/queue/snapshot.ts";
import type { Oid } from "../../../src/core/repository.ts";
import type { CommentView } from "../../../src/ports/forge/comments.ts";
import type { LedgerFile } from "../../../src/ports/forge/ledger.ts";
import type { PermissionLevel } from "../../../src/ports/forge/permissions.ts";
import { addComment, editComment, removeComment } from "./comments.ts";
import { closeIssue, mustFind, rewriteIssue } from "./issues.ts";
import { relabel } from "./label-acts.ts";
import { append, rewind } from "./ledger.ts";
import { inventOid } from "./oid.ts";
import { mergePull, mustFindPull } from "./pulls.ts";
import type { MemoryIssue, World } from "./world.ts";
import { addIssue, pullsOn } from "./world.ts";

/** What people, machines and other apps do on the forge, beside the app. */
export interface People {
  permit(login: string, level: PermissionLevel): void;
  /** Takes an account every right, whatever it was permitted; false gives them back. */
  suspend(login: string, suspended?: boolean): void;
  openIssue(issue: { title: string; body?: string; author?: string; parent?: number }): MemoryIssue;
  comment(author: string, issue: number, body: string): CommentView;
  editComment(id: number, body: string): void;
  deleteComment(id: number): void;
  close(issue: number, reason?: "completed" | "not_planned" | "duplicate"): void;
  reopen(issue: number): void;
  /** By `ada` unless said otherwise. */
  relabel(issue: number, change: { by?: string; add?: readonly string[]; remove?: readonly string[] }): void;
  /** Changes an issue's body, as anybody who may write can. */
  rewrite(issue: number, body: string): void;
  /** Moves a branch (and the open pull requests on it) to a commit, an invented one unless given. */
  push(branch: string, head?: Oid): Oid;
  /** How checks, reviews and mergeability of a pull request stand. */
  judge(pull: number, verdict: Partial<Pick<PullView, "checks" | "changesRequested" | "mergeable" | "draft">>): void;
  /** Merges the pull request as it stands. */
  merge(pull: number): void;
  closePull(pull: number): void;
  /** A commit on the ledger: by another hub of the same app when the author is the bot, else a foreign one. */
  commitLedger(author: string, files: readonly LedgerFile[], message?: string): Oid;
  /** Moves the ledger back to an earlier commit, as a forced push does. */
  rewindLedger(author: string, oid: Oid): void;
}

/** Other people's hands on the world. */
export function memoryPeople(world: World): People {
  return {
    permit: (login, level) => void world.permissions.set(login, level),
    suspend(login, suspended = true) {
      if (suspended) world.suspended.add(login.toLowerCase());
      else world.suspended.delete(login.toLowerCase());
    },
    openIssue: ({ title, body = "", author = "ada", parent }) =>
      addIssue(world, { title, body, author, parent, labels: [] }),
    comment: (author, issue, body) => addComment(world, { author, issue, body }),
    editComment: (id, body) => void editComment(world, id, body),
    deleteComment: (id) => removeComment(world, id),
    close: (issue, reason = "completed") => closeIssue(mustFind(world, issue), reason),
    reopen(number) {
      const issue = mustFind(world, number);
      issue.state = "open";
      issue.reason = undefined;
    },
    relabel: (number, { by = "ada", add = [], remove = [] }) =>
      relabel(world, mustFind(world, number), { by, add, remove }),
    rewrite: (issue, body) => rewriteIssue(world, issue, body),
    push(branch, head = inventOid()) {
      world.branches.set(branch, head);
      for (const pull of pullsOn(world, branch)) if (pull.state === "open") pull.head = head;
      return head;
    },
    judge: (number, verdict) => void Object.assign(mustFindPull(world, number), verdict),
    merge(number) {
      const pull = mustFindPull(world, number);
      const answer = mergePull(world, pull, pull.head);
      if (answer.kind !== "merged") throw new Error(`#${number} was not merged: ${answer.kind}`);
    },
    closePull(number) {
      mustFindPull(world, number).state = "closed";
    },
    commitLedger: (author, files, message = "by hand") => append(world, { author, files, message }).oid,
    rewindLedger: (author, oid) => void rewind(world, oid, author),
  };
}
