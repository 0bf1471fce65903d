import type { CommentView, Within } from "../../ports/forge/comments.ts";
import { findPlanMarker } from "../../wire/render/plan-marker.ts";
import type { ReconcilerForge } from "../ports.ts";

/** Begins the plan comment while the plan's files cannot be read. */
export function formatBrokenMarker(plan: number): string {
  return `<!-- coppice:plan=${plan};unreadable -->`;
}

/** It is the plan comment, whatever it says at the moment; only worth something when the app itself wrote it. */
export function isPlanComment(body: string, plan: number): boolean {
  return findPlanMarker(body)?.plan === plan || body.startsWith(formatBrokenMarker(plan));
}

/** The first comment of ours on the plan's issue that is the wanted one: looked for before one is made. */
export async function findOwnComment(
  { comments, botLogin }: Pick<ReconcilerForge, "comments" | "botLogin">,
  plan: number,
  isIt: (body: string) => boolean,
  options: Within = {},
): Promise<CommentView | undefined> {
  const all = await comments.ofIssue(plan, undefined, options);
  return all.find(({ author, body }) => author === botLogin && isIt(body));
}
