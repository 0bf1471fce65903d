import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";

/** GitHub's `author_association`: what the author is to the repository. */
export function associationOf({ store }: Site, repository: Repository, authorId: number): string {
  if (authorId === repository.ownerId) return "OWNER";
  const given = store.collaborators.find("byRepository", [repository.id, authorId])?.role ?? "none";
  return given === "none" ? "NONE" : "COLLABORATOR";
}
