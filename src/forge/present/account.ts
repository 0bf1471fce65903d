import type { Account } from "../model/account.ts";
import type { Site } from "../site.ts";

/** GitHub's `simple-user`. */
export function presentAccount(site: Site, account: Account): Record<string, unknown> {
  const api = `${site.apiUrl}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: `${site.url}/avatars/${account.id}`,
    gravatar_id: "",
    url: api,
    html_url: htmlUrl(site, account),
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    site_admin: account.siteAdmin,
    user_view_type: "public",
  };
}

/** The account with this id as `simple-user`; a deleted one is shown as GitHub's ghost. */
export function presentAccountById(site: Site, id: number | undefined): Record<string, unknown> | null {
  const account = id === undefined ? undefined : site.store.accounts.get(id);
  return account === undefined ? null : presentAccount(site, account);
}

/** GitHub's `public-user`: what GET /users/{username} tells beyond `simple-user`. */
export function presentProfile(site: Site, account: Account): Record<string, unknown> {
  return {
    ...presentAccount(site, account),
    name: account.login,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: site.store.repositories.list("byOwner", [account.id]).filter((row) => !row.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

function htmlUrl(site: Site, account: Account): string {
  return account.type === "Bot"
    ? `${site.url}/apps/${account.login.replace(/\[bot\]$/, "")}`
    : `${site.url}/${account.login}`;
}
