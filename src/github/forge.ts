import { fullName } from "../core/repository.ts";
import type { Forge } from "../ports/forge/forge.ts";
import { openComments } from "./comments.ts";
import { openIssues } from "./issues.ts";
import { openLabels } from "./labels.ts";
import { openLedger } from "./ledger.ts";
import { openNodes } from "./nodes.ts";
import { openPermissions } from "./permissions.ts";
import { openPlanViews } from "./plan-views.ts";
import { openPulls } from "./pulls.ts";
import type { Scope } from "./scope.ts";
import { openThreads } from "./threads.ts";
import { serve } from "./usage.ts";
import { openWrites } from "./writes.ts";

export interface ForgeOptions
  extends Omit<Scope, "writes" | "nodes">,
    Pick<Forge, "defaultBranch" | "gitUrl" | "gitToken"> {}

/** A repository by role. */
export function openForge(options: ForgeOptions): Forge {
  const { repository, botLogin, defaultBranch, gitUrl, gitToken } = options;
  const scope: Scope = { ...options, writes: openWrites(options), nodes: openNodes() };
  const labels = openLabels(scope);
  const threads = openThreads(scope, labels);
  return {
    repository,
    botLogin,
    defaultBranch,
    gitUrl,
    gitToken,
    serve: (plan, work) => serve({ repository: fullName(repository), issue: plan }, work),
    labels,
    issues: openIssues(scope, labels, threads),
    comments: openComments(scope, threads),
    pulls: openPulls(scope),
    permissions: openPermissions(scope),
    plans: openPlanViews(scope),
    ledger: openLedger(scope),
  };
}
