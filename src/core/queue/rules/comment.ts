import type { Effect } from "../effects.ts";
import type { Snapshot } from "../snapshot.ts";

/** The plan comment says `text`; what people did to it is undone. */
export function showPlan({ comment }: Pick<Snapshot, "comment">, text: string): readonly Effect[] {
  if (comment === undefined) return [{ kind: "render-plan", text }];
  return comment.body === text ? [] : [{ kind: "render-plan", text, comment: comment.id }];
}
