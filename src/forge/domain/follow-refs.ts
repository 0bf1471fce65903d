import type { RefListener, RefMove, RefsMoved } from "../git/announce.ts";
import { isAncestor, readCommit } from "../git/commits.ts";
import type { Pull } from "../model/pull.ts";
import type { Site } from "../site.ts";
import { completeMerge } from "./complete-merge.ts";
import { issueOf } from "./find-issue.ts";
import { putIssue, tellThread } from "./issue-changes.ts";
import { setIssueState } from "./issue-state.ts";
import { type Measure, measure } from "./measure-pull.ts";
import { isOpen, movePullRef, pullRef, reachedPullRefs } from "./pull-refs.ts";
import { type Writing, writingFor } from "./writing.ts";

type Effect = () => void;

/** Keeps open pull requests in step with the branches they are about: merged, closed, or with a new head or base. */
export function pullsFollowRefs(site: Site): RefListener {
  return async (moved) => {
    const branches = new Map(moved.moves.map((move) => [move.name, move]));
    const folder = site.git.folder(moved.repository.id);
    const bases = new Map<string, ReadonlySet<string>>();
    const effects: Effect[] = [];
    for (const pull of affected(site, moved)) {
      const head = branches.get(`refs/heads/${pull.head.ref}`);
      const base = branches.get(`refs/heads/${pull.base.ref}`);
      const after = base?.after;
      const reached = after === undefined ? none : (bases.get(after) ?? (await reachedPullRefs(folder, after)));
      if (after !== undefined) bases.set(after, reached);
      effects.push(await effectOn(site, pull, { moved, head, base, reached }));
    }
    return () => {
      for (const effect of effects) effect();
    };
  };
}

const none: ReadonlySet<string> = new Set();

interface Happening {
  readonly moved: RefsMoved;
  readonly head: RefMove | undefined;
  readonly base: RefMove | undefined;
  /** Refs of pull requests that the moved base reaches, as they were before this move. */
  readonly reached: ReadonlySet<string>;
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

  const merge = base === undefined ? undefined : await mergeSeen(folder, pull, { ...happening, headOid, baseOid });
  if (merge !== undefined) {
    const by = site.store.accounts.get(merge.byId ?? sender.id) ?? sender;
    return () => completeMerge(writingFor(site, by, repository), pull.id, { headOid, commitOid: merge.commitOid });
  }
  if (head !== undefined && head.after === undefined) return () => closePull(writing, pull.id);
  if (headOid === pull.head.oid) return () => followBase(writing, pull.id, baseOid);
  const found = await measure(folder, headOid, baseOid);
  return () => followHead(writing, pull.id, found);
}

/** How the base branch came to hold the pull request, if it does: by a merge that was decided here, or by a push. */
async function mergeSeen(folder: string, pull: Pull, now: Happening & { headOid: string; baseOid: string }) {
  const { headOid, baseOid, reached } = now;
  const intended = pull.intendedMerge;
  if (intended !== undefined && (await holds(folder, baseOid, intended.commitOid))) return intended;
  const moved = headOid !== pull.head.oid;
  const merged = moved ? await isAncestor(folder, headOid, baseOid) : reached.has(pullRef(pull));
  return merged ? { commitOid: baseOid, byId: undefined } : undefined;
}

// A commit that was lost with the machine's power is held by nothing.
async function holds(folder: string, baseOid: string, oid: string): Promise<boolean> {
  return (await readCommit(folder, oid)) !== undefined && isAncestor(folder, oid, baseOid);
}

function closePull(writing: Writing, id: number): void {
  const pull = writing.site.store.pulls.get(id);
  if (pull !== undefined) setIssueState(writing, issueOf(writing.site, pull), { state: "closed" });
}

function followBase({ site }: Writing, id: number, baseOid: string): void {
  const pull = site.store.pulls.get(id);
  if (pull === undefined || !isOpen(site, pull)) return;
  site.store.pulls.put({ ...pull, base: { ...pull.base, oid: baseOid } });
}

function followHead(writing: Writing, id: number, found: Measure): void {
  const { site } = writing;
  const { headOid, baseOid, commits } = found.size;
  const pull = site.store.pulls.get(id);
  if (pull === undefined || !isOpen(site, pull)) return;
  const ends = { head: { ...pull.head, oid: headOid }, base: { ...pull.base, oid: baseOid } };
  site.store.pulls.put({ ...pull, ...ends, ...found });
  const issue = putIssue(writing, issueOf(site, pull));
  tellThread(writing, issue, { action: "synchronize", fields: { before: pull.head.oid, after: headOid } });
  // A head that was moved back into the base brings nothing any more.
  if (commits === 0) closePull(writing, id);
}
