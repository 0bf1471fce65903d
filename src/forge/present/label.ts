import type { Label } from "../model/label.ts";
import type { Repository } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { repositoryApi } from "./repository.ts";

/** GitHub's `label`. */
export function presentLabel(site: Site, repository: Repository, label: Label): Record<string, unknown> {
  return {
    id: label.id,
    node_id: label.nodeId,
    url: `${repositoryApi(site, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.default,
    description: label.description,
  };
}
