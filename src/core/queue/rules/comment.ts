import type { Effect } from "../effects.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Rule } from "./rule.ts";

/** The plan comment says `text`; what people did to it is undone. */
export function showPlan({ comment }: Pick<Snapshot, "comment">, text: string): readonly Effect[] {
  if (comment === undefined) return [{ kind: "render-plan", text }];
  return comment.body === text ? [] : [{ kind: "render-plan", text, comment: comment.id }];
}

export const removeTwins: Rule = ({ snapshot }) => {
  const [keep, ...remove] = snapshot.twins ?? [];
  return keep === undefined || remove.length === 0 ? [] : [{ kind: "remove-twins", keep, remove }];
};
