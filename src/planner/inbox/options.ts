import type { Policy } from "../../core/queue/policy.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Comments } from "../../ports/forge/comments.ts";
import type { Forge } from "../../ports/forge/forge.ts";
import type { Issues } from "../../ports/forge/issues.ts";
import type { Permissions } from "../../ports/forge/permissions.ts";
import type { Log } from "../../ports/log.ts";
import type { PlanStore } from "../plan-store.ts";
import type { Planner } from "../planner.ts";

/** What the inbox of one repository needs. */
export interface InboxOptions {
  readonly forge: Pick<Forge, "botLogin"> & {
    readonly issues: Pick<Issues, "get">;
    readonly comments: Pick<Comments, "ofIssue" | "since" | "get" | "create" | "react">;
    readonly permissions: Permissions;
  };
  readonly store: PlanStore;
  readonly planner: Planner;
  /** From the repository's config, asked each time. */
  readonly policy: () => Promise<Pick<Policy, "commands">>;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** A plan changed: somebody should look at it. */
  readonly wake: (issue: number) => void;
  /** The answer to `/status`: Markdown, made neutral here. */
  readonly status: (issue: number) => Promise<string>;
  /** Ends planning and everything else under way. */
  readonly signal: AbortSignal;
  /** Times a comment is tried before its author is told that it failed. Default: 3. */
  readonly tries?: number;
}
