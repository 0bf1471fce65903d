import PQueue from "p-queue";
import type { RefMove, RefsMoved } from "../git/announce.ts";
import { changedPaths } from "../git/changed-paths.ts";
import type { Commit } from "../git/commit-text.ts";
import { isAncestor, listCommits, listLine, readCommit } from "../git/commits.ts";
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
  const { commits, wasForced } = await describe(site, moved, move);
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

interface Description {
  readonly commits: readonly Commit[];
  readonly wasForced: boolean;
}

/** What the push brought: since the ref's old place, or for a new branch since the default branch. */
async function describe(site: Site, { repository }: RefsMoved, move: RefMove): Promise<Description> {
  const { name, before, after } = move;
  const folder = site.git.folder(repository.id);
  const isBranch = name.startsWith("refs/heads/");
  if (after === undefined) return { commits: [], wasForced: false };
  if (!isBranch) return { commits: [], wasForced: before !== undefined };
  const fallback = `refs/heads/${repository.defaultBranch}`;
  const start = before ?? site.store.announcedRefs.find("byRepository", [repository.id, fallback])?.oid;
  const line = start === undefined ? undefined : await listLine(folder, { from: start, to: after });
  if (line !== undefined) return { commits: line, wasForced: false };
  const range = start === undefined ? [after] : [after, `^${start}`];
  const [commits, wasForced] = await Promise.all([
    listCommits(folder, { range, limit: mostCommits }),
    before === undefined ? false : isAncestor(folder, before, after).then((descends) => !descends),
  ]);
  return { commits, wasForced };
}

async function peeled(folder: string, oid: string | undefined): Promise<Commit | undefined> {
  return oid === undefined ? undefined : readCommit(folder, oid);
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
