import type { RefListener, RefMove, RefsMoved } from "../git/announce.ts";
import { isAncestor } from "../git/commits.ts";
import { listRefs } from "../git/refs.ts";
import type { Pull } from "../model/pull.ts";
import { type Site, timestamp } from "../site.ts";
import { issuesClosedBy } from "./closing-issues.ts";
import { pullRef } from "./create-pull.ts";
import { issueOf } from "./find-issue.ts";
import { putIssue, recordEvent, tellThread } from "./issue-changes.ts";
import { setIssueState } from "./issue-state.ts";
import { measure } from "./measure-pull.ts";
import { type Writing, writingFor } from "./writing.ts";

type Effect = () => void;

/** Keeps open pull requests in step with the branches they are about: merged, closed, or with a new head or base. */
export function pullsFollowRefs(site: Site): RefListener {
  return async (moved) => {
    const moves = new Map(moved.moves.map((move) => [move.name, move]));
    const effects: Effect[] = [];
    for (const pull of affected(site, moved)) {
      const head = moves.get(`refs/heads/${pull.head.ref}`);
      const base = moves.get(`refs/heads/${pull.base.ref}`);
      effects.push(await effectOn(site, pull, { moved, head, base }));
    }
    return () => {
      for (const effect of effects) effect();
    };
  };
}

/** Makes every open pull request's head fetchable again: at start, for one that a kill left without its ref. */
export async function repairPullRefs(site: Site): Promise<void> {
  for (const repository of site.store.repositories.list("all", [])) {
    const open = site.store.pulls.list("byNumber", [repository.id]).filter((pull) => isOpen(site, pull));
    if (open.length === 0) continue;
    const refs = await listRefs(site.git.folder(repository.id), "refs/pull");
    const held = new Map(refs.map((ref) => [ref.name, ref.oid]));
    for (const pull of open.filter((row) => held.get(pullRef(row)) !== row.head.oid))
      await movePullRef(site, pull, pull.head.oid);
  }
}

interface Happening {
  readonly moved: RefsMoved;
  readonly head: RefMove | undefined;
  readonly base: RefMove | undefined;
}

function affected(site: Site, { repository, moves }: RefsMoved): Pull[] {
  const { pulls } = site.store;
  const branches = moves.flatMap(({ name }) =>
    name.startsWith("refs/heads/") ? [name.slice("refs/heads/".length)] : [],
  );
  const found = branches.flatMap((branch) => [
    ...pulls.list("byHead", [repository.id, branch]),
    ...pulls.list("byBase", [repository.id, branch]),
  ]);
  // One that was closed while its merge was under way is merged all the same.
  const open = found.filter((pull) => isOpen(site, pull) || pull.intendedMerge !== undefined);
  return [...new Map(open.map((pull) => [pull.id, pull])).values()].sort((a, b) => a.id - b.id);
}

async function effectOn(site: Site, pull: Pull, happening: Happening): Promise<Effect> {
  const { moved, head, base } = happening;
  const { repository, sender } = moved;
  const folder = site.git.folder(repository.id);
  const writing = writingFor(site, sender, repository);
  if (base !== undefined && base.after === undefined) return () => closePull(writing, pull.id);
  const baseOid = base?.after ?? pull.base.oid;
  const headOid = head?.after ?? pull.head.oid;
  if (headOid !== pull.head.oid) await movePullRef(site, pull, headOid);

  const merge = base === undefined ? undefined : await mergeSeen(folder, pull, { headOid, baseOid });
  if (merge !== undefined) {
    const by = site.store.accounts.get(merge.byId ?? sender.id) ?? sender;
    return () => completeMerge(writingFor(site, by, repository), pull.id, { headOid, commitOid: merge.commitOid });
  }
  if (head !== undefined && head.after === undefined) return () => closePull(writing, pull.id);
  if (headOid === pull.head.oid && baseOid === pull.base.oid) return () => undefined;
  // A head that was moved back into the base brings nothing any more.
  const empty = headOid !== pull.head.oid && (await isAncestor(folder, headOid, baseOid));
  const found = headOid === pull.head.oid ? undefined : await measure(folder, headOid, baseOid);
  return () => {
    followEnds(writing, pull.id, { headOid, baseOid, found });
    if (empty) closePull(writing, pull.id);
  };
}

/** How the base branch came to hold the pull request, if it does: by a merge that was decided here, or by a push. */
async function mergeSeen(folder: string, pull: Pull, { headOid, baseOid }: { headOid: string; baseOid: string }) {
  const intended = pull.intendedMerge;
  if (intended !== undefined && (await isAncestor(folder, intended.commitOid, baseOid))) return intended;
  return (await isAncestor(folder, headOid, baseOid)) ? { commitOid: baseOid, byId: undefined } : undefined;
}

function completeMerge(
  writing: Writing,
  id: number,
  { headOid, commitOid }: { headOid: string; commitOid: string },
): void {
  const { site, repository, account } = writing;
  const pull = site.store.pulls.get(id);
  if (pull === undefined || pull.merged) return;
  const merged = site.store.pulls.put({
    ...pull,
    head: { ...pull.head, oid: headOid },
    merged: true,
    mergedAt: timestamp(),
    mergedById: account.id,
    mergeCommitOid: commitOid,
    intendedMerge: undefined,
  });
  const issue = issueOf(site, merged);
  recordEvent(writing, issue, { event: "merged", commitId: commitOid });
  setIssueState(writing, issue, { state: "closed", commitId: commitOid });
  for (const closed of issuesClosedBy(site, repository, merged)) {
    setIssueState(writing, closed, { state: "closed", stateReason: "completed", commitId: commitOid });
  }
}

function closePull(writing: Writing, id: number): void {
  const pull = writing.site.store.pulls.get(id);
  if (pull !== undefined) setIssueState(writing, issueOf(writing.site, pull), { state: "closed" });
}

function followEnds(
  writing: Writing,
  id: number,
  { headOid, baseOid, found }: { headOid: string; baseOid: string; found: object | undefined },
): void {
  const { site } = writing;
  const pull = site.store.pulls.get(id);
  if (pull === undefined || !isOpen(site, pull)) return;
  const ends = { head: { ...pull.head, oid: headOid }, base: { ...pull.base, oid: baseOid } };
  site.store.pulls.put({ ...pull, ...ends, ...found });
  if (headOid === pull.head.oid) return;
  const issue = putIssue(writing, issueOf(site, pull));
  tellThread(writing, issue, { action: "synchronize", fields: { before: pull.head.oid, after: headOid } });
}

async function movePullRef(site: Site, pull: Pull, oid: string): Promise<void> {
  await site.git.updateRefs(pull.repositoryId, [{ name: pullRef(pull), before: undefined, after: oid }]);
}

function isOpen(site: Site, pull: Pull): boolean {
  return !pull.merged && issueOf(site, pull).state === "open";
}
