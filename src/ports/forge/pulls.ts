import type { PullView } from "../../core/queue/snapshot.ts";
import type { Oid } from "../../core/repository.ts";

export interface NewPull {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
}

/** A merge that did not happen is an answer: why, in GitHub's words. */
export type MergeAnswer =
  | {
      readonly kind: "merged";
      readonly commit: Oid;
      /** Issues it is known to have closed; GitHub may close others a moment later. */
      readonly closed?: readonly number[];
    }
  | { readonly kind: "not-mergeable"; readonly reason: string }
  | { readonly kind: "head-moved" };

export interface Pulls {
  /** Opens it, or gives the open one of the same branch: at most one open pull request per branch. */
  open(pull: NewPull): Promise<PullView>;
  /** Fresh from the forge, checks included: what green is judged by. */
  get(number: number): Promise<PullView | undefined>;
  updateBody(number: number, change: { title?: string; body: string }): Promise<void>;
  /** Merges exactly `head`. */
  merge(pull: {
    number: number;
    head: Oid;
    method: "merge" | "squash" | "rebase";
    title: string;
    message: string;
  }): Promise<MergeAnswer>;
  close(number: number): Promise<void>;
}
