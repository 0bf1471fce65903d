import { listRefs } from "../git/refs.ts";
import { gitText } from "../git/run.ts";
import type { Pull } from "../model/pull.ts";
import type { Site } from "../site.ts";
import { issueOf } from "./find-issue.ts";

/** The ref under which everybody can fetch the pull request's head. */
export function pullRef({ number }: Pick<Pull, "number">): string {
  return `refs/pull/${number}/head`;
}

/** Points the pull request's ref at a commit. */
export async function movePullRef(site: Site, pull: Pull, oid: string): Promise<void> {
  await site.git.updateRefs(pull.repositoryId, [{ name: pullRef(pull), before: undefined, after: oid }]);
}

/** The names of the pull requests' refs that the commit reaches: one process, however many are open. */
export async function reachedPullRefs(folder: string, oid: string): Promise<ReadonlySet<string>> {
  const output = await gitText(folder, ["for-each-ref", `--merged=${oid}`, "--format=%(refname)", "--", "refs/pull"]);
  return new Set(output.split("\n").filter((name) => name !== ""));
}

/** Makes every open pull request's head fetchable again: at start, for one that a kill left without its ref. */
export async function repairPullRefs(site: Site): Promise<void> {
  for (const repository of site.store.repositories.list("all", [])) {
    const open = site.store.pulls.list("byNumber", [repository.id]).filter((pull) => isOpen(site, pull));
    if (open.length === 0) continue;
    const refs = await listRefs(site.git.folder(repository.id), "refs/pull");
    const held = new Map(refs.map((ref) => [ref.name, ref.oid]));
    const wrong = open.filter((pull) => held.get(pullRef(pull)) !== pull.head.oid);
    for (const pull of wrong) await movePullRef(site, pull, pull.head.oid);
  }
}

/** Whether the pull request still waits for its merge. */
export function isOpen(site: Site, pull: Pull): boolean {
  return !pull.merged && issueOf(site, pull).state === "open";
}
