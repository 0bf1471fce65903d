/** What a lease's ref said at one time. */
export interface SaidLease {
  /** Who claimed, a name used for one claim only. */
  readonly holder: string;
  readonly epoch: number;
  readonly phase: string;
  /** The work's head, when published. */
  readonly head?: string;
}

/**
 * One thing that happened. `ref` and `branch` come from the remote's own log, in its order, and so are what truly was;
 * `told` is what somebody was led to believe.
 */
export type HistoryEvent =
  | { readonly kind: "ref"; readonly task: string; readonly token: string; readonly lease: SaidLease }
  | { readonly kind: "branch"; readonly task: string; readonly head: string }
  | {
      readonly kind: "told";
      readonly task: string;
      readonly holder: string;
      readonly answer: "owner" | "lost" | "published";
      /** Of who owns or published. */
      readonly epoch?: number;
      readonly head?: string;
    }
  /** Work on a task began, or its work was merged, in the order in which that happened; `needs`: tasks it waits for. */
  | { readonly kind: "begun"; readonly task: string; readonly needs: readonly string[] }
  | { readonly kind: "merged"; readonly task: string }
  /** A command was written by somebody who may; and something says that it was dealt with: a revision, an approval, an answer. */
  | { readonly kind: "said"; readonly comment: number }
  | { readonly kind: "heard"; readonly comment: number }
  /** What the ledger says of a run, each time it says something else. */
  | { readonly kind: "folded"; readonly run: string }
  /** What is open in the end, by what it is there for. */
  | { readonly kind: "open"; readonly key: string; readonly number: number }
  /** How a task that was approved has ended; undefined: it has not. */
  | { readonly kind: "end"; readonly task: string; readonly how: string | undefined };

export type History = readonly HistoryEvent[];
