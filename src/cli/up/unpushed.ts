import { join } from "node:path";
import { askGit } from "../git.ts";
import type { LocalRepository } from "./preflight.ts";
import type { Ready } from "./start.ts";

/** Longest wait for the forge's word, milliseconds. */
const timeout = 5_000;

/**
 * One line where the local branch is at a commit the forge does not have: only the first `up` takes the branch over, and
 * whoever edits the configuration and starts again would wonder. Undefined where all is there, or nobody can tell.
 */
export async function unpushedNotice(
  { apiUrl, gitUrl, owner, repo, token }: Pick<Ready, "apiUrl" | "gitUrl" | "owner" | "repo" | "token">,
  { folder, branch }: Pick<LocalRepository, "folder" | "branch">,
  dataFolder: string,
): Promise<string | undefined> {
  const head = await askGit(folder, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  const answer = await fetch(`${apiUrl}/repos/${owner}/${repo}/git/commits/${head}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(timeout),
  }).catch(() => undefined);
  if (answer?.status !== 404) return undefined;
  const push = `git push ${gitUrl}/${owner}/${repo}.git ${branch}`;
  const password = `user ${owner}, password: token in ${join(dataFolder, "client.json")}`;
  return `Your ${branch} has commits that are not seen here until you push them: ${push} (${password})`;
}
