import type { TaskIssue } from "../../../src/core/plan/plan.ts";
import type { IssueView, PullView } from "../../../src/core/queue/snapshot.ts";
import type { LabelAct } from "../../../src/core/queue/steering-labels.ts";
import type { Oid, RepositoryName } from "../../../src/core/repository.ts";
import { fullName } from "../../../src/core/repository.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { CommentView } from "../../../src/ports/forge/comments.ts";
import type { LabelDefinition } from "../../../src/ports/forge/labels.ts";
import type { PermissionLevel } from "../../../src/ports/forge/permissions.ts";
import type { Files } from "./files.ts";
import type { Journal } from "./journal.ts";
import { noteFirstLabels } from "./label-acts.ts";

/** An issue as the memory forge keeps it. */
export interface MemoryIssue extends TaskIssue {
  title: string;
  body: string;
  state: "open" | "closed";
  reason: IssueView["reason"];
  readonly author: string;
  labels: Set<string>;
  parent?: number;
  /** Numbers of the issues it waits for, open or closed. */
  blockedBy: Set<number>;
  /** When its body was last changed after it was written. */
  bodyEditedAt?: string;
}

/** A comment as the memory forge keeps it. */
export interface MemoryComment extends Mutable<CommentView> {
  editedAt?: string;
}

/** A pull request as the memory forge keeps it; the head follows its branch while it is open. */
export interface MemoryPull extends Omit<Mutable<PullView>, "head"> {
  title: string;
  body: string;
  readonly base: string;
  labels: Set<string>;
  head: Oid;
  /** The base's head that the merge made. */
  mergeCommit?: Oid;
}

/** One commit of the ledger, and so the branch as it was then. */
export interface LedgerState {
  readonly oid: Oid;
  readonly files: Files;
  readonly message: string;
  readonly author: string;
  readonly at: string;
  /** The paths that differ from the commit before it on the branch. */
  readonly touched: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Everything one repository of the memory forge holds. */
export interface World {
  readonly repository: RepositoryName;
  readonly botLogin: string;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly issues: Map<number, MemoryIssue>;
  /** Sub-issues by their parent's number, those that are gone included: see `childrenOf`. */
  readonly children: Map<number, Set<MemoryIssue>>;
  readonly comments: Map<number, MemoryComment>;
  readonly pinned: Set<number>;
  /** By comment id. */
  readonly reactions: Map<number, Set<string>>;
  readonly labels: Map<string, LabelDefinition>;
  /** By issue number. */
  readonly labelActs: Map<number, readonly LabelAct[]>;
  readonly permissions: Map<string, PermissionLevel>;
  /** Logins of accounts that were suspended, in lower case. */
  readonly suspended: Set<string>;
  readonly branches: Map<string, Oid>;
  readonly pulls: Map<number, MemoryPull>;
  /** Numbers of pull requests by branch, oldest first, those that are gone included: see `pullsOn`. */
  readonly branchPulls: Map<string, readonly number[]>;
  /** Oldest first; empty until the branch is made. */
  readonly ledger: LedgerState[];
  /** The next number of issues and pull requests, which share one count. */
  nextNumber: number;
  nextId: number;
}

/** An empty repository that nobody but the app has rights on. */
export function emptyWorld(options: Pick<World, "repository" | "botLogin" | "clock" | "journal">): World {
  return {
    ...options,
    issues: new Map(),
    children: new Map(),
    comments: new Map(),
    pinned: new Set(),
    reactions: new Map(),
    labels: new Map(),
    labelActs: new Map(),
    permissions: new Map(),
    suspended: new Set(),
    branches: new Map(),
    pulls: new Map(),
    branchPulls: new Map(),
    ledger: [],
    nextNumber: 1,
    nextId: 1_000,
  };
}

/** The world's time as GitHub writes it: whole seconds. */
export function timestamp(world: Pick<World, "clock">): string {
  return new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Where a thing of the repository is seen by people. */
export function webUrl(world: Pick<World, "repository">, path: string): string {
  return `https://forge.test/${fullName(world.repository)}/${path}`;
}

/** Adds an open issue, whoever writes it. Labels that do not exist come into being, as on GitHub. */
export function addIssue(
  world: World,
  issue: { title: string; body: string; labels: readonly string[]; author: string; parent?: number },
): MemoryIssue {
  const number = world.nextNumber++;
  const id = world.nextId++;
  const { parent: first, ...rest } = issue;
  let parent: number | undefined;
  const added: MemoryIssue = {
    ...rest,
    // Whoever moves it, it is found under its parent without a walk through all issues.
    get parent() {
      return parent;
    },
    set parent(next) {
      if (parent !== undefined) world.children.get(parent)?.delete(added);
      parent = next;
      if (next !== undefined) world.children.set(next, (world.children.get(next) ?? new Set()).add(added));
    },
    number,
    id,
    nodeId: `I_${id}`,
    state: "open",
    reason: undefined,
    labels: new Set(issue.labels),
    blockedBy: new Set(),
  };
  added.parent = first;
  for (const name of issue.labels) haveLabel(world, name);
  world.issues.set(number, added);
  noteFirstLabels(world, added);
  return added;
}

/** The sub-issues of an issue, oldest first. */
export function childrenOf(world: World, parent: number): readonly MemoryIssue[] {
  const all = [...(world.children.get(parent) ?? [])].filter(
    (issue) => issue.parent === parent && world.issues.get(issue.number) === issue,
  );
  return all.sort((a, b) => a.number - b.number);
}

/** The pull requests of a branch, oldest first. */
export function pullsOn(world: World, branch: string): readonly MemoryPull[] {
  return (world.branchPulls.get(branch) ?? []).flatMap((number) => world.pulls.get(number) ?? []);
}

/** Makes a label exist with GitHub's default colour. */
export function haveLabel(world: World, name: string): void {
  if (!world.labels.has(name)) world.labels.set(name, { name, color: "ededed", description: "" });
}
