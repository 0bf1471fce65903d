/** What each route is asked for; one that is missing here is new, and shows as such. */
const purposes: Readonly<Record<string, string>> = {
  "GET /repos/{owner}/{repo}/git/ref/{ref}": "the ledger's head, where it may have moved",
  "GET /repos/{owner}/{repo}/git/trees/{tree_sha}": "the ledger's files at a head not made by us",
  "GET /repos/{owner}/{repo}/git/blobs/{file_sha}": "a ledger file not written by us",
  "POST /graphql CommitOnBranch": "a change of the ledger, by compare-and-swap",
  "POST /graphql SubIssues": "a look: the plan, its tasks, blockers, pull requests and checks",
  "POST /graphql CreateIssue": "task issues, ten a request",
  "POST /graphql Thread": "a command: its issue and comments, edits told, with the ledger's head and the labels",
  "POST /graphql CommandedIssue": "the issue a command stands on, and whether texts were edited",
  "POST /graphql RemoveBlockedBy": "dependencies an amendment took away, ten a request",
  "GET /repos/{owner}/{repo}/commits": "who made the ledger's newest commits",
  "GET /repos/{owner}/{repo}/compare/{basehead}": "what others' commits in the ledger touched",
  "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}": "an answer given twice, taken away",
  "POST /graphql AddBlockedBy": "dependencies, ten a request",
  "POST /graphql AddLabels": "states shown as labels, ten a request",
  "POST /graphql RemoveLabels": "states no longer shown, ten a request",
  "POST /graphql CreateLabel": "labels made, once a repository",
  "POST /graphql AddComment": "the plan comment, answers, the summary",
  "POST /graphql UpdateComment": "the plan comment brought up to date",
  "POST /graphql AddReaction": "a command seen, done or refused",
  "POST /graphql CloseIssue": "an issue closed",
  "POST /graphql OpenPull": "pull requests opened",
  "POST /graphql MergePull": "pull requests merged",
  "POST /graphql Pull": "a pull request read again before its merge",
  "POST /repos/{owner}/{repo}/pulls": "a pull request opened",
  "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge": "a pull request merged",
  "GET /repos/{owner}/{repo}/pulls": "an open pull request found by its branch",
  "GET /repos/{owner}/{repo}/issues": "issues made by a hub that died, looked for before any are made",
  "GET /repos/{owner}/{repo}/issues/{issue_number}": "the issue a command stands on",
  "PATCH /repos/{owner}/{repo}/issues/{issue_number}": "an issue closed",
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": "the plan comment, answers, the summary",
  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments": "one of ours, where another hub may have made it too",
  "GET /repos/{owner}/{repo}/issues/comments": "comments nobody told of: the sweep",
  "GET /repos/{owner}/{repo}/issues/comments/{comment_id}": "the plan comment, where people may have edited it",
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}": "the plan comment brought up to date",
  "PUT /repos/{owner}/{repo}/issues/comments/{comment_id}/pin": "the plan comment pinned",
  "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions": "a command seen, done or refused",
  "GET /repos/{owner}/{repo}/collaborators/{username}/permission": "may this person command?",
  "GET /repos/{owner}/{repo}/labels": "which labels there are",
  "POST /repos/{owner}/{repo}/labels": "a label made, once a repository",
  "POST /app/installations/{installation_id}/access_tokens": "a token, once an hour",
  "GET /app/installations": "where the app is installed, every five minutes",
  "GET /installation/repositories": "an installation's repositories, every five minutes",
  "GET /app/hook/deliveries": "webhooks nobody took in, every ten minutes",
  "GET /{owner}/{repository}.git/info/refs": "which refs there are: the first half of a fetch or push",
  "POST /{owner}/{repository}.git/git-upload-pack": "a fetch, or a list of refs",
  "POST /{owner}/{repository}.git/git-receive-pack": "a push: claims, published work, releases",
};

/** Of several mutations in one request each is told. */
export function purposeOf(route: string): string {
  const graphql = /^POST \/graphql (.+)$/.exec(route)?.[1];
  const parts = graphql?.split("And").map((name) => `POST /graphql ${name}`) ?? [route];
  return parts.map((part) => purposes[part] ?? "(not named yet)").join("; ");
}

export function isGit(route: string): boolean {
  return /git-(upload|receive)-pack|info\/refs/.test(route);
}

/** Without the part that all routes of a repository share. */
export function shortRoute(route: string): string {
  return route.replace("/repos/{owner}/{repo}", "…").replace("/{owner}/{repository}.git", "….git");
}
