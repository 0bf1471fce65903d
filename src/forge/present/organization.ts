import type { Account } from "../model/account.ts";
import type { Site } from "../site.ts";

/** GitHub's `organization-simple`, which events in an organization's repositories carry. */
export function presentOrganization(site: Site, { login, id, nodeId }: Account): Record<string, unknown> {
  const url = `${site.apiUrl}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${site.url}/avatars/${id}`,
    description: "",
  };
}
