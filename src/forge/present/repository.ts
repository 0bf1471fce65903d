import type { Account } from "../model/account.ts";
import { atLeast, type Repository, type Role } from "../model/repository.ts";
import type { Site } from "../site.ts";
import { presentAccount } from "./account.ts";

/** `owner/name`. */
export function fullName(site: Site, repository: Repository): string {
  return `${ownerOf(site, repository).login}/${repository.name}`;
}

/** `${apiUrl}/repos/owner/name`, the base of the repository's REST addresses. */
export function repositoryApi(site: Site, repository: Repository): string {
  return `${site.apiUrl}/repos/${fullName(site, repository)}`;
}

/** The repository's page. */
export function repositoryPage(site: Site, repository: Repository): string {
  return `${site.url}/${fullName(site, repository)}`;
}

/** The account that owns the repository. */
export function ownerOf(site: Site, repository: Repository): Account {
  const owner = site.store.accounts.get(repository.ownerId);
  if (owner === undefined) throw new Error(`repository ${repository.id} has no owner`);
  return owner;
}

/** GitHub's `repository` / `full-repository`; `role` adds what the asking person may do. */
export function presentRepository(site: Site, repository: Repository, role?: Role): Record<string, unknown> {
  return {
    ...identity(site, repository),
    ...addresses(site, repository),
    ...facts(site, repository),
    ...(role === undefined ? {} : { permissions: permissionsOf(role) }),
  };
}

function identity(site: Site, repository: Repository) {
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName(site, repository),
    private: repository.private,
    owner: presentAccount(site, ownerOf(site, repository)),
    html_url: repositoryPage(site, repository),
    description: repository.description,
    fork: false,
    url: repositoryApi(site, repository),
  };
}

function facts(site: Site, repository: Repository) {
  return {
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.hasIssues,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: openIssues(site, repository),
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? "private" : "public",
    forks: 0,
    open_issues: openIssues(site, repository),
    watchers: 0,
    default_branch: repository.defaultBranch,
    network_count: 0,
    subscribers_count: 0,
    allow_merge_commit: repository.allowMergeCommit,
    allow_squash_merge: repository.allowSquashMerge,
    allow_rebase_merge: repository.allowRebaseMerge,
    allow_auto_merge: false,
    allow_update_branch: false,
    delete_branch_on_merge: repository.deleteBranchOnMerge,
  };
}

function openIssues(site: Site, repository: Repository): number {
  return site.store.openIssueCount(repository.id);
}

/** GitHub's five flags for a role. */
export function permissionsOf(role: Role): Record<string, boolean> {
  return {
    admin: atLeast(role, "admin"),
    maintain: atLeast(role, "maintain"),
    push: atLeast(role, "write"),
    triage: atLeast(role, "triage"),
    pull: atLeast(role, "read"),
  };
}

function addresses(site: Site, repository: Repository): Record<string, string> {
  const api = repositoryApi(site, repository);
  const page = repositoryPage(site, repository);
  const fixed = Object.fromEntries(plainAddresses.map((name) => [`${name}_url`, `${api}/${name}`]));
  const templated = Object.fromEntries(
    Object.entries(templatedAddresses).map(([name, path]) => [`${name}_url`, `${api}/${path}`]),
  );
  return {
    ...fixed,
    ...templated,
    git_url: `${page.replace(/^http/, "git")}.git`,
    ssh_url: `${page}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
  };
}

const plainAddresses = [
  "contributors",
  "deployments",
  "downloads",
  "events",
  "forks",
  "hooks",
  "languages",
  "merges",
  "stargazers",
  "subscribers",
  "subscription",
  "tags",
  "teams",
];

const templatedAddresses = {
  archive: "{archive_format}{/ref}",
  assignees: "assignees{/user}",
  blobs: "git/blobs{/sha}",
  branches: "branches{/branch}",
  collaborators: "collaborators{/collaborator}",
  comments: "comments{/number}",
  commits: "commits{/sha}",
  compare: "compare/{base}...{head}",
  contents: "contents/{+path}",
  git_commits: "git/commits{/sha}",
  git_refs: "git/refs{/sha}",
  git_tags: "git/tags{/sha}",
  issue_comment: "issues/comments{/number}",
  issue_events: "issues/events{/number}",
  issues: "issues{/number}",
  keys: "keys{/key_id}",
  labels: "labels{/name}",
  milestones: "milestones{/number}",
  notifications: "notifications{?since,all,participating}",
  pulls: "pulls{/number}",
  releases: "releases{/id}",
  statuses: "statuses/{sha}",
  trees: "git/trees{/sha}",
};
