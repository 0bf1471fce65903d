import type { Reaction, ReactionContent } from "../model/comment.ts";
import { nodeId } from "../model/node-id.ts";
import { timeOf } from "../site.ts";
import type { Writing } from "./writing.ts";

/** What is reacted to. */
export type ReactionSubject = Pick<Reaction, "subject" | "subjectId">;

/** Reacts once: the same reaction by the same account is answered, not doubled. Inside a transaction. */
export function react(
  { site, account }: Writing,
  { subject, subjectId }: ReactionSubject,
  content: ReactionContent,
): { reaction: Reaction; created: boolean } {
  const { store } = site;
  const held = store.reactions.find("byAccount", [subject, subjectId, account.id, content]);
  if (held !== undefined) return { reaction: held, created: false };
  const id = store.nextId();
  const row = { id, nodeId: nodeId("reaction", id), accountId: account.id, createdAt: timeOf(site) };
  return { reaction: store.reactions.put({ ...row, subject, subjectId, content }), created: true };
}

/** Takes back the writer's reaction; answers what was there. Inside a transaction. */
export function unreact(
  { site, account }: Writing,
  { subject, subjectId }: ReactionSubject,
  content: ReactionContent,
): Reaction | undefined {
  const held = site.store.reactions.find("byAccount", [subject, subjectId, account.id, content]);
  if (held !== undefined) site.store.reactions.remove(held.id);
  return held;
}
