import { z } from "zod";
import type { RepositoryName } from "../../core/repository.ts";

const ofRepository = z.object({
  repository: z.object({ name: z.string().min(1), owner: z.object({ login: z.string().min(1) }) }),
});

const account = z.object({ login: z.string(), type: z.string() });
type Account = Readonly<z.infer<typeof account>>;

/** Whose doing a payload tells of. */
export function senderOf(payload: unknown): Account | undefined {
  return z.object({ sender: account }).safeParse(payload).data?.sender;
}

/** Who wrote the comment a payload speaks of. */
export function authorOf(payload: unknown): Account | undefined {
  return z.object({ comment: z.object({ user: account }) }).safeParse(payload).data?.comment.user;
}

/** The comment's words; empty where there are none. */
export function wordsOf(payload: unknown): string {
  return z.object({ comment: z.object({ body: z.string() }) }).safeParse(payload).data?.comment.body ?? "";
}

/** The repository a payload speaks of; a few events (of an organisation, say) speak of none. */
export function repositoryOf(payload: unknown): RepositoryName | undefined {
  const parsed = ofRepository.safeParse(payload);
  if (!parsed.success) return undefined;
  const { owner, name } = parsed.data.repository;
  return { owner: owner.login, name };
}
