import PQueue from "p-queue";
import type { RefMove, RefsMoved } from "../git/announce.ts";
import { changedPaths } from "../git/changed-paths.ts";
import { type Commit, isAncestor, listCommits, readCommit } from "../git/commits.ts";
import { zeroOid } from "../git/names.ts";
import { repositoryPage } from "../present/repository.ts";
import type { Site } from "../site.ts";

// GitHub lists no more commits than this in one push event.
const mostCommits = 2048;
// One push can move thousands of refs, each of which takes a few git processes to describe.
const atOnce = 4;

/** Prepares the `push`, `create` and `delete` events of moved refs; the answer emits them. */
export async function pushEvents(site: Site, moved: RefsMoved): Promise<() => void> {
  // Reading commits for a payload that nobody gets would make every ref update three times as slow.
  const heard = site.webhooks.hears("push", moved.repository);
  const work = moved.moves.map((move) => () => pushPayload(site, moved, move));
  const payloads = heard ? await new PQueue({ concurrency: atOnce }).addAll(work) : [];
  return () => {
    for (const [at, move] of moved.moves.entries()) {
      const { repository, sender } = moved;
      if (move.before === undefined) {
        const fields = {
          ...refFields(move),
          master_branch: repository.defaultBranch,
          description: repository.description,
        };
        site.webhooks.emit({ event: "create", repository, sender, fields });
      }
      if (move.after === undefined) {
        site.webhooks.emit({ event: "delete", repository, sender, fields: refFields(move) });
      }
      const fields = payloads[at];
      if (fields !== undefined) site.webhooks.emit({ event: "push", repository, sender, fields });
    }
  };
}

function refFields({ name }: RefMove): Record<string, unknown> {
  const [, kind, ...rest] = name.split("/");
  return { ref: rest.join("/"), ref_type: kind === "tags" ? "tag" : "branch", full_ref: name, pusher_type: "user" };
}

async function pushPayload(site: Site, moved: RefsMoved, move: RefMove): Promise<Record<string, unknown>> {
  const { repository, sender } = moved;
  const folder = site.git.folder(repository.id);
  const { name, before, after } = move;
  const page = repositoryPage(site, repository);
  const [commits, wasForced] = await Promise.all([newCommits(site, moved, move), forced(folder, move)]);
  const head = commits.find((commit) => commit.oid === after) ?? (await peeled(folder, after));
  const paths = await changedPaths(folder, head === undefined || commits.includes(head) ? commits : [head, ...commits]);
  const present = (commit: Commit) => presentPushed(page, commit, paths.get(commit.oid));
  return {
    ref: name,
    before: before ?? zeroOid,
    after: after ?? zeroOid,
    created: before === undefined,
    deleted: after === undefined,
    forced: wasForced,
    base_ref: null,
    compare: `${page}/compare/${before?.slice(0, 12) ?? ""}...${after?.slice(0, 12) ?? ""}`,
    commits: commits.map(present).reverse(),
    head_commit: head === undefined ? null : present(head),
    pusher: { name: sender.login, email: `${sender.id}+${sender.login}@users.noreply.github.com` },
  };
}

// What the push brought: since the ref's old place, or for a new branch since the default branch.
async function newCommits(site: Site, { repository }: RefsMoved, move: RefMove): Promise<Commit[]> {
  if (move.after === undefined || !move.name.startsWith("refs/heads/")) return [];
  const fallback = `refs/heads/${repository.defaultBranch}`;
  const start = move.before ?? site.store.announcedRefs.find("byRepository", [repository.id, fallback])?.oid;
  const range = start === undefined ? [move.after] : [move.after, `^${start}`];
  return listCommits(site.git.folder(repository.id), { range, limit: mostCommits });
}

async function forced(folder: string, { name, before, after }: RefMove): Promise<boolean> {
  if (before === undefined || after === undefined) return false;
  return name.startsWith("refs/heads/") ? !(await isAncestor(folder, before, after)) : true;
}

async function peeled(folder: string, oid: string | undefined): Promise<Commit | undefined> {
  return oid === undefined ? undefined : readCommit(folder, `${oid}^{commit}`);
}

interface Changed {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

function presentPushed(page: string, commit: Commit, changed: Changed | undefined): Record<string, unknown> {
  return {
    id: commit.oid,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${page}/commit/${commit.oid}`,
    author: { name: commit.author.name, email: commit.author.email, date: commit.author.date },
    committer: { name: commit.committer.name, email: commit.committer.email, date: commit.committer.date },
    added: changed?.added ?? [],
    removed: changed?.removed ?? [],
    modified: changed?.modified ?? [],
  };
}
