import { createHash } from "node:crypto";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Oid } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type {
  ChangesAnswer,
  DiffLimits,
  EarlierWork,
  Workspace,
  WorkspaceRequest,
  Workspaces,
} from "../ports/workspaces.ts";
import { candidatePrefixes, pushCandidate, writeEarlierWork } from "./candidates.ts";
import type { Checkout } from "./checkout.ts";
import { checkOut, writeBelow } from "./checkout.ts";
import { diffTrees } from "./diff.ts";
import { leaveFolder } from "./leave-folder.ts";
import type { Mirror } from "./mirror.ts";
import { writeCommit } from "./objects.ts";
import { longPatience, patiently } from "./patience.ts";
import { publish } from "./publish.ts";
import { removeFolder } from "./remove-folder.ts";
import { collectResults } from "./results.ts";
import { saveCommits } from "./save-commits.ts";
import type { Reading } from "./tree-reading.ts";
import { readWorktree, settleUntracked } from "./tree-reading.ts";

export interface WorkspacesOptions {
  readonly mirror: Mirror;
  /** Each run gets a folder below it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Worktrees of one repository, made from its mirror. */
export function createWorkspaces(options: WorkspacesOptions): Workspaces {
  return { open: (request, signal) => open(options, request, signal) };
}

/** What a run's folder is called; run ids that are no file names are hashed. */
export function runFolderName(run: string): string {
  const fits = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(run);
  return fits ? run : createHash("sha256").update(run).digest("hex").slice(0, 32);
}

interface Opened {
  readonly options: WorkspacesOptions;
  readonly request: WorkspaceRequest;
  /** Stops the run. */
  readonly signal: AbortSignal;
  readonly folder: string;
  readonly base: Oid;
  readonly branchHead: Oid | undefined;
  readonly checkout: Checkout;
}

async function open(options: WorkspacesOptions, request: WorkspaceRequest, signal: AbortSignal) {
  const { mirror } = options;
  const [main, branch] = [`refs/heads/${request.defaultBranch}`, `refs/heads/${request.branch}`];
  // A first attempt has none before it.
  const { issue = 0, epoch = 1 } = request.task ?? {};
  const candidates = epoch > 1 ? candidatePrefixes(issue).map((prefix) => `+${prefix}*:${prefix}*`) : [];
  await mirror.fetch([`+${main}*:${main}*`, `+${branch}*:${branch}*`, ...candidates], signal);
  const above = dirname(branch);
  const [mainHead, branchHead, inTheWay] = await Promise.all([
    mirror.local(main),
    mirror.local(branch),
    // Below a branch of that name none can be made.
    mirror.read([above], signal).then((values) => values.get(above)),
  ]);
  if (inTheWay) return { kind: "branch-taken", name: dirname(request.branch), head: inTheWay } as const;
  if (mainHead === undefined) return { kind: "empty" } as const;
  if (branchHead && request.recordedHead === undefined) {
    return { kind: "branch-taken", name: request.branch, head: branchHead } as const;
  }
  // Somebody's push on top of our work is continued even where the last attempt met a conflict: it may be the conflict.
  const rewrite = request.startOver && branchHead === request.recordedHead;
  const base = branchHead && !rewrite ? branchHead : mainHead;
  const folder = join(options.folder, runFolderName(request.run));
  await removeFolder(folder);
  try {
    const checkout = await checkOut(mirror, join(folder, "work"), { commit: base, ...request });
    const opened: Opened = { options, request, signal, folder, base, branchHead, checkout };
    const earlier = await writeContext(opened);
    return { kind: "ready", workspace: createWorkspace(opened, earlier) } as const;
  } catch (error) {
    // Half a checkout is of no use to anybody, and may be what fills the disk.
    await removeFolder(folder).catch(() => undefined);
    throw error;
  }
}

async function writeContext({ options, checkout, folder, request }: Opened): Promise<EarlierWork | undefined> {
  const shared = join(checkout.folders.worktree, ".coppice");
  // The repository may hold something of that name, a link even.
  await rm(shared, { recursive: true, force: true });
  await mkdir(join(shared, "out"), { recursive: true });
  await mkdir(join(shared, "context"), { recursive: true });
  const { worktree } = checkout.folders;
  const { task } = request;
  const earlier = task && task.epoch > 1 ? await writeEarlierWork(options.mirror, worktree, task) : undefined;
  const files = [...request.files, ...(earlier === undefined ? [] : (request.filesWith?.(earlier) ?? []))];
  await writeBelow(shared, Object.fromEntries(files.map(({ path, text }) => [path, text])));
  await writeFile(join(folder, "settled"), "");
  return earlier;
}

function createWorkspace(opened: Opened, earlier: EarlierWork | undefined): Workspace {
  const { options, request, signal, folder, base, branchHead, checkout } = opened;
  const { mirror } = options;
  const reading: Reading = {
    mirror,
    worktree: checkout.folders.worktree,
    indexFile: checkout.indexFile,
    settledFile: join(folder, "settled"),
  };
  let settled: Oid | undefined;
  let candidate: Oid | undefined;
  return {
    folders: checkout.folders,
    base,
    ...(branchHead ? { branchHead } : {}),
    ...(earlier ? { earlier } : {}),
    settle: async () => {
      await settleUntracked(reading);
      const answer = await readWorktree(reading, settleLimits);
      if (answer.kind === "tree") settled = answer.tree;
    },
    changes: (limits) => readChanges(reading, { base, settled, limits }),
    changesSoFar: async (limits) => {
      // An index of its own: what is read at the end is compared with where the work began, whatever was read before.
      const indexFile = join(folder, "index-so-far");
      await copyFile(checkout.indexFile, indexFile);
      return readChanges({ ...reading, indexFile }, { base, settled, limits });
    },
    checkpoint: async (held, commit) => {
      const pushed = await pushCandidate(options, held, { commit, last: candidate });
      candidate = pushed.head;
      return pushed.answer;
    },
    results: () => collectResults(checkout.folders.worktree),
    commit: ({ tree, message, author }) => writeCommit(mirror, { tree, parents: [base], message, author }),
    checkout: async (commit) => (await checkOut(mirror, join(folder, "verify"), { ...request, commit })).folders,
    merges: (commit) => merges(opened, commit),
    publish: (publication) =>
      publish({ ...options, signal }, { name: request.branch, expected: branchHead }, publication),
    keep: async (commit, ref, where) => {
      if (where === "remote") await saveCommits(options, [{ ref, commit }]);
      else await mirror.git(["update-ref", ref, commit]);
    },
    close: () => removeFolder(folder),
    leave: () => leaveFolder(options.folder, basename(folder)),
  };
}

/** What setup may change in tracked files before it is plainly wrong. */
const settleLimits: DiffLimits = { files: 1_000, bytes: 64 * 1024 * 1024 };

async function readChanges(
  reading: Reading,
  { base, settled, limits }: { base: Oid; settled: Oid | undefined; limits: DiffLimits },
): Promise<ChangesAnswer> {
  const answer = await readWorktree(reading, limits);
  if (answer.kind !== "tree") return answer;
  if (answer.tree === settled) return { kind: "unchanged" };
  const files = await diffTrees(reading.mirror, base, answer.tree);
  return files.length === 0 ? { kind: "unchanged" } : { kind: "changed", tree: answer.tree, files };
}

async function merges({ options, request, signal, base }: Opened, commit: Oid): Promise<boolean> {
  const { mirror, clock } = options;
  const main = `refs/heads/${request.defaultBranch}`;
  const current = await patiently({ clock, signal }, longPatience, async () => {
    const head = (await mirror.read([main], signal)).get(main);
    if (head !== base) await mirror.fetch([`+${main}*:${main}*`], signal);
    return head;
  });
  // Nothing came in between: the commit stands on it.
  if (current === base) return true;
  const asked = mirror.git(["merge-tree", "--write-tree", main, commit], { accept: "any" });
  // 1 is a conflict; anything else is a git too old for the question, or too slow, and the forge will tell.
  const code = await asked.then(
    (answer) => answer.code,
    () => undefined,
  );
  return code !== 1;
}
