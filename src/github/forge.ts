import type { Forge } from "../ports/forge/forge.ts";
import { openComments } from "./comments.ts";
import { openIssues } from "./issues.ts";
import { openLabels } from "./labels.ts";
import { openLedger } from "./ledger.ts";
import { openPermissions } from "./permissions.ts";
import { openPlanViews } from "./plan-views.ts";
import { openPulls } from "./pulls.ts";
import type { Scope } from "./scope.ts";

export interface ForgeOptions extends Scope, Pick<Forge, "defaultBranch" | "gitUrl" | "gitToken"> {}

/** A repository by role. */
export function openForge(options: ForgeOptions): Forge {
  const { repository, botLogin, defaultBranch, gitUrl, gitToken } = options;
  const labels = openLabels(options);
  return {
    repository,
    botLogin,
    defaultBranch,
    gitUrl,
    gitToken,
    labels,
    issues: openIssues(options, labels),
    comments: openComments(options),
    pulls: openPulls(options),
    permissions: openPermissions(options),
    plans: openPlanViews(options),
    ledger: openLedger(options),
  };
}
