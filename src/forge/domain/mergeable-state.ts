import type { Pull } from "../model/pull.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { contextsOf, rollupState } from "./check-rollup.ts";
import { isCurrent } from "./measure-pull.ts";
import { missingChecks } from "./required-checks.ts";

/** GitHub's `mergeable_state`: why a pull request could or could not be merged now. */
export function mergeableState(
  site: Site,
  repository: Repository,
  pull: Pull,
): "unknown" | "dirty" | "draft" | "blocked" | "unstable" | "clean" {
  if (pull.merged || !isCurrent(pull, pull.mergeability)) return "unknown";
  if (pull.mergeability?.clean !== true) return "dirty";
  if (pull.draft) return "draft";
  const place = { repositoryId: repository.id, branch: pull.base.ref, oid: pull.head.oid };
  if (missingChecks(site, place).length > 0) return "blocked";
  const state = rollupState(contextsOf(site, repository.id, pull.head.oid));
  return state === undefined || state === "success" ? "clean" : "unstable";
}
