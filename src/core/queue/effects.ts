import type { HeldLease } from "../lease/lease.ts";
import type { CatchUp, TaskIssue } from "../plan/plan.ts";
import type { Oid } from "../repository.ts";
import type { Failure } from "../run/run.ts";
import type { PhaseName } from "../task/phase-name.ts";
import type { TaskKey } from "../task/task.ts";
import type { BudgetScope } from "./budgets.ts";

/** One thing to do, as printable data. Each can be performed twice without harm. */
export type Effect =
  | { readonly kind: "stop-run"; readonly task: TaskKey; readonly run: string; readonly reason: string }
  | { readonly kind: "ensure-labels"; readonly names: readonly string[] }
  /** Issues between a large plan's and its tasks'. */
  | { readonly kind: "create-phases"; readonly phases: readonly PhaseName[] }
  /** Phase parents that exist and the ledger does not know. */
  | {
      readonly kind: "record-phases";
      readonly phases: readonly { readonly name: PhaseName; readonly issue: TaskIssue }[];
    }
  | {
      readonly kind: "close-phases";
      readonly phases: readonly { readonly name: PhaseName; readonly number: number }[];
      readonly reason: "completed" | "not_planned";
    }
  /** Right under the plan's issue, or under one of its phase parents. */
  | { readonly kind: "create-task-issues"; readonly tasks: readonly TaskKey[]; readonly phase?: PhaseName }
  /** Issues that exist and the ledger does not know: created by a hub that died before it could write them down. */
  | { readonly kind: "record-issues"; readonly issues: readonly { readonly key: TaskKey; readonly issue: TaskIssue }[] }
  /** A second issue for one task: the older stays. */
  | { readonly kind: "close-strays"; readonly issues: readonly number[] }
  /** Issues of tasks nobody wants any more: closed as not planned. */
  | { readonly kind: "close-given-up"; readonly issues: readonly number[] }
  /** Issues that exist already are made to say what an approved amendment says; then the ledger knows. */
  | { readonly kind: "catch-up"; readonly catchUp: CatchUp }
  | { readonly kind: "add-blockers"; readonly edges: readonly BlockerEdge[] }
  | { readonly kind: "fold-results"; readonly results: readonly FoldedResult[] }
  | { readonly kind: "open-pull"; readonly task: TaskKey; readonly issue: number; readonly lease: HeldLease }
  /** The lease becomes free, epoch and head kept; with a failure, that one is appended. */
  | { readonly kind: "release-lease"; readonly task: TaskKey; readonly lease: HeldLease; readonly failure?: Failure }
  | {
      readonly kind: "merge-pull";
      readonly task: TaskKey;
      readonly issue: number;
      readonly pull: number;
      readonly head: Oid;
    }
  | { readonly kind: "close-task"; readonly task: TaskKey; readonly issue: number }
  | { readonly kind: "remove-leases"; readonly leases: readonly LeaseRemoval[] }
  /** Labels by which people steer say something else than the record: whoever set them is asked for, and one follows the other. */
  | { readonly kind: "heed-labels"; readonly tasks: readonly TaskKey[] }
  | { readonly kind: "change-labels"; readonly changes: readonly TaskLabelChange[] }
  /** The plan comment's new text; without an id it is found or posted. */
  | { readonly kind: "render-plan"; readonly text: string; readonly comment?: number }
  /** Only one plan comment stays. */
  | { readonly kind: "remove-twins"; readonly keep: number; readonly remove: readonly number[] }
  /** One comment that says which budget is spent and what to do; then the ledger knows that it was said. */
  | { readonly kind: "tell-budget"; readonly scope: BudgetScope; readonly key: string; readonly line: string }
  /** One comment that says why nothing of the plan goes on by itself; then the ledger knows that it was said. */
  | {
      readonly kind: "tell-stuck";
      /** What is told for the first time, as the intent in the ledger names it. */
      readonly name: string;
      readonly failed: readonly StuckTask[];
      readonly waiting: readonly TaskKey[];
      /** Further open tasks wait for something else. */
      readonly others: boolean;
    }
  /** The summary, once; then the parent is closed and the ledger says done. */
  | { readonly kind: "finish-plan" };

export type EffectKind = Effect["kind"];

export interface BlockerEdge {
  readonly blocked: TaskIssue;
  readonly blocking: TaskIssue;
}

export interface FoldedResult {
  readonly task: TaskKey;
  readonly epoch: number;
  /** The publishing lease, whose tree carries the files. */
  readonly lease: Oid;
}

export interface LeaseRemoval {
  readonly task: TaskKey;
  readonly held: HeldLease;
  readonly branch?: { readonly name: string; readonly head: Oid };
}

/** A task that failed for good. */
export interface StuckTask {
  readonly key: TaskKey;
  /** Of its last attempt: another one that fails is told of anew. */
  readonly epoch: number;
  readonly issue: number;
  readonly attempts: number;
  /** Why, in an agent's words maybe: neutralise it. */
  readonly line: string;
}

export interface TaskLabelChange {
  readonly task: TaskKey;
  readonly issue: { readonly number: number; readonly nodeId: string };
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** What shows how things are, and tidying up: worth doing when nothing else is about to change them, and together. */
const projections: ReadonlySet<EffectKind> = new Set(["remove-leases", "change-labels", "render-plan"]);

export function isProjection(effect: Effect): boolean {
  return projections.has(effect.kind);
}

/** The tasks an effect acts on: when it fails, nothing further is done to them in this pass. */
export function subjectsOf(effect: Effect): readonly TaskKey[] {
  switch (effect.kind) {
    case "create-task-issues":
      return effect.tasks;
    case "record-issues":
      return effect.issues.map(({ key }) => key);
    case "catch-up":
      return effect.catchUp.rewrite;
    case "fold-results":
      return effect.results.map(({ task }) => task);
    case "remove-leases":
      return effect.leases.map(({ task }) => task);
    case "stop-run":
    case "open-pull":
    case "release-lease":
    case "merge-pull":
    case "close-task":
      return [effect.task];
    case "ensure-labels":
    case "create-phases":
    case "record-phases":
    case "close-phases":
    case "close-strays":
    case "close-given-up":
    case "remove-twins":
    case "add-blockers":
    case "change-labels":
    case "render-plan":
    case "tell-budget":
    case "tell-stuck":
    case "heed-labels":
    case "finish-plan":
      return [];
  }
}
