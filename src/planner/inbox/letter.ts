import type { CommentView } from "../../ports/forge/comments.ts";
import type { Marks } from "../../wire/marks-yaml.ts";

/** One comment and how far the repository's comments had been dealt with when it was listed. */
export interface Letter {
  readonly comment: CommentView;
  readonly marks: Marks;
}
