import type { Policy } from "../core/queue/policy.ts";
import type { Clock } from "../ports/clock.ts";
import type { Comments, CommentView } from "../ports/forge/comments.ts";
import { parseCommands } from "../wire/commands/parse-commands.ts";
import { birthOf, firstMarks } from "./inbox/marks.ts";
import { emptyMemory } from "./inbox/memory.ts";
import { pending, sweptSince } from "./inbox.ts";
import type { PlanStore } from "./plan-store.ts";

export interface UnreadRequest {
  readonly forge: { readonly botLogin: string; readonly comments: Pick<Comments, "since"> };
  readonly store: Pick<PlanStore, "marks">;
  readonly clock: Pick<Clock, "now">;
  readonly commands: Policy["commands"];
}

/** A comment with commands that nobody has dealt with. */
export interface UnreadComment {
  readonly issue: number;
  readonly comment: number;
  readonly author: string;
  /** Each as it is written; whether its author may is asked only when it is carried out. */
  readonly commands: readonly string[];
}

/** The comments a sweep would deal with now, oldest first: one request, and nothing is written. */
export async function unreadComments(request: UnreadRequest): Promise<readonly UnreadComment[]> {
  const { forge, store, clock, commands } = request;
  const stored = await store.marks();
  const now = clock.now();
  const comments = await forge.comments.since(sweptSince(stored, now));
  const marks = stored ?? firstMarks(birthOf(comments, { now, woken: false }));
  const options = { prefixed: commands === "prefixed", mention: forge.botLogin.replace(/\[bot\]$/, "") };
  return pending({ forge }, emptyMemory(), { marks, comments }).flatMap((comment) => {
    const texts = parseCommands(comment.body, options).flatMap(({ kind, text }) => (kind === "near" ? [] : [text]));
    return texts.length === 0 ? [] : [{ ...about(comment), commands: texts }];
  });
}

function about({ issue, id, author }: CommentView) {
  return { issue, comment: id, author };
}
