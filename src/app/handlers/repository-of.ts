import { z } from "zod";
import type { RepositoryName } from "../../core/repository.ts";

const ofRepository = z.object({
  repository: z.object({ name: z.string().min(1), owner: z.object({ login: z.string().min(1) }) }),
});

/** The repository a payload speaks of; a few events (of an organisation, say) speak of none. */
export function repositoryOf(payload: unknown): RepositoryName | undefined {
  const parsed = ofRepository.safeParse(payload);
  if (!parsed.success) return undefined;
  const { owner, name } = parsed.data.repository;
  return { owner: owner.login, name };
}
