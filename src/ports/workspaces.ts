import type { HeldLease, Lease } from "../core/lease/lease.ts";
import type { Oid } from "../core/repository.ts";
import type { LeaseAnswer } from "./leases.ts";
import type { SandboxFolders } from "./sandbox.ts";

export interface WorkspaceRequest {
  readonly run: string;
  readonly defaultBranch: string;
  readonly branch: string;
  /** The branch's head last pushed under this task's leases. */
  readonly recordedHead?: Oid;
  /** The earlier work did not merge: begin at the default branch's head and rewrite the branch. */
  readonly startOver: boolean;
  /** Written below `.coppice/`; relative paths. */
  readonly files: readonly WorkspaceFile[];
  /** Whose candidates of earlier attempts are looked for; none are when absent. */
  readonly task?: { readonly issue: number; readonly epoch: number };
  /** Written as well, over what `files` say, where such a candidate was found. */
  readonly filesWith?: (earlier: EarlierWork) => readonly WorkspaceFile[];
  readonly author: Author;
}

export interface WorkspaceFile {
  readonly path: string;
  readonly text: string;
}

/** What an attempt had when it was last seen alive: checked for secrets and forbidden paths, verified by nobody. */
export interface EarlierWork {
  readonly epoch: number;
  /** The patch of it below the worktree. */
  readonly path: string;
}

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** `branch-taken`: the branch is there and this task never pushed it, or one is that leaves no room for its name. `empty`: the repository has no commit. */
export type WorkspaceAnswer =
  | { readonly kind: "ready"; readonly workspace: Workspace }
  | { readonly kind: "branch-taken"; readonly name: string; readonly head: Oid }
  | { readonly kind: "empty" };

/** One path that differs between where the work started and what the agent left. */
export interface ChangedFile {
  readonly path: string;
  readonly change: "added" | "modified" | "deleted";
  /** git's modes, six octal digits; 000000 where the side is absent. */
  readonly oldMode: string;
  readonly newMode: string;
  /** The new blob (a link's target for links); absent when deleted or no blob. */
  readonly content?: Uint8Array;
}

export interface DiffLimits {
  readonly files: number;
  readonly bytes: number;
}

/** What the agent left. `too-large` is found on the disk, before anything is hashed. */
export type ChangesAnswer =
  | { readonly kind: "unchanged" }
  | { readonly kind: "too-large"; readonly message: string }
  | { readonly kind: "odd-path"; readonly message: string }
  | { readonly kind: "changed"; readonly tree: Oid; readonly files: readonly ChangedFile[] };

/** What the agent left in `.coppice/out/`, each at most 1 MiB. */
export interface AgentResults {
  readonly result?: string;
  /** By name below `artifacts/`. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** Names left out: too large, not text, too many, or no plain file. */
  readonly leftOut: readonly string[];
}

export interface Publication {
  readonly held: HeldLease;
  /** The lease to say, phase `published`; its nonce is made new. */
  readonly lease: Lease;
  readonly head: Oid;
  /** `result.md`, `run.json`, `artifacts/<name>`. */
  readonly files: ReadonlyMap<string, string>;
}

/** A refusal is a value: git refused the push, and this is why by read-back. */
export type PublishAnswer =
  | { readonly kind: "published"; readonly lease: Oid }
  | { readonly kind: "lease-lost"; readonly holder?: string }
  | { readonly kind: "branch-moved"; readonly head?: Oid };

/** A run's worktree. What the agent sees at `.git` is a throw-away repository; everything here uses our own. */
export interface Workspace {
  readonly folders: SandboxFolders;
  /** The commit the work starts from. */
  readonly base: Oid;
  /** The branch's head on the remote when the work started; absent when the branch is not there. */
  readonly branchHead?: Oid;
  /** Found when it was opened. */
  readonly earlier?: EarlierWork;
  /** What is there now (setup's doing) is not the agent's change. */
  settle(): Promise<void>;
  /** Reads the tree the worktree has now, and how it differs from `base`. Call it when the agent has ended. */
  changes(limits: DiffLimits): Promise<ChangesAnswer>;
  /** The same while the agent is at work: what it writes meanwhile may be in it or not. */
  changesSoFar(limits: DiffLimits): Promise<ChangesAnswer>;
  /** Candidate and renewed lease move in one atomic push; undefined when neither did, and the lease is still ours. */
  checkpoint(held: HeldLease, commit: Oid): Promise<LeaseAnswer | undefined>;
  results(): Promise<AgentResults>;
  /** Commits `tree` on `base` as `author`. */
  commit(commit: { tree: Oid; message: string; author: Author }): Promise<Oid>;
  /** A clean checkout of exactly that commit, in folders the agent never saw. */
  checkout(commit: Oid): Promise<SandboxFolders>;
  /** Fetches the default branch and tries the merge; false when it conflicts. */
  merges(commit: Oid): Promise<boolean>;
  /** Branch and lease move in one atomic push, or neither. */
  publish(publication: Publication): Promise<PublishAnswer>;
  /** Saves a commit that is not published at a trash ref; `here` only in the mirror, for what may not be pushed. */
  keep(commit: Oid, ref: string, where: "remote" | "here"): Promise<void>;
  /** Removes the run's folders. */
  close(): Promise<void>;
  /** Instead of closing, where the work could be saved nowhere: moves the worktree to where it is kept for a week, and says where; undefined when it is gone. */
  leave(): Promise<string | undefined>;
}

/** Worktrees of one repository. */
export interface Workspaces {
  open(request: WorkspaceRequest, signal: AbortSignal): Promise<WorkspaceAnswer>;
}
