import { isRefName } from "../git/names.ts";
import { invalid } from "../http/errors.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { contextsOf } from "./check-rollup.ts";

/** The checks and statuses that the branch's rules ask for. */
export function requiredContexts({ store }: Site, repositoryId: number, branch: string): readonly string[] {
  return store.requiredChecks.find("byBranch", [repositoryId, branch])?.contexts ?? [];
}

/** Those required contexts that have not succeeded on the commit. */
export function missingChecks(site: Site, place: { repositoryId: number; branch: string; oid: string }): string[] {
  const { repositoryId, branch, oid } = place;
  const passed = new Set(
    contextsOf(site, repositoryId, oid)
      .filter((context) => context.state === "success")
      .map((context) => context.name),
  );
  return requiredContexts(site, repositoryId, branch).filter((name) => !passed.has(name));
}

/** Makes these the checks a branch requires; none at all lifts the rule. Makes its own transaction. */
export function setRequiredChecks(
  { store }: Site,
  repository: Repository,
  rule: { branch: string; contexts: readonly string[] },
): void {
  const { branch, contexts } = rule;
  if (!isRefName(`refs/heads/${branch}`)) throw invalid(`${JSON.stringify(branch)} cannot be the name of a branch`);
  store.transaction(() => {
    const held = store.requiredChecks.find("byBranch", [repository.id, branch]);
    if (contexts.length === 0) return held && store.requiredChecks.remove(held.id);
    return store.requiredChecks.put({ id: held?.id ?? store.nextId(), repositoryId: repository.id, branch, contexts });
  });
}
