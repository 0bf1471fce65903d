import type { CommentView } from "../../ports/forge/comments.ts";
import type { Scene } from "./performer.ts";
import { planOf } from "./performer.ts";

/** The first comment of ours on the plan's issue that is the wanted one: looked for before one is made. */
export async function findOwnComment(scene: Scene, isIt: (body: string) => boolean): Promise<CommentView | undefined> {
  const { comments, botLogin } = scene.ports.forge;
  const all = await comments.ofIssue(planOf(scene));
  return all.find(({ author, body }) => author === botLogin && isIt(body));
}
