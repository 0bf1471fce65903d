import { formatDryRun } from "../../app/dry-run.ts";
import { CoppiceError } from "../../core/errors.ts";
import { fullName } from "../../core/repository.ts";
import type { RepositoryPreview } from "../../reconciler/preview.ts";
import type { HubClient } from "../client/hub.ts";
import type { Place } from "../client/open-place.ts";
import { needPlan } from "../client/plan.ts";
import { print, printJson } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";

/** `coppice execute-plan <n> --dry-run`: what would be done about the plan now, and once it is approved; nothing is. */
export async function dryRunPlan(place: Place, issue: number, { json }: { readonly json: boolean }): Promise<number> {
  await needPlan(place, issue);
  const seen = await previewOf(place, issue);
  if (json) printJson(seen);
  else print(formatDryRun({ repositories: [seen], problems: [] }));
  return exitCodes.done;
}

async function previewOf({ hub, forge, title }: Place, issue: number): Promise<RepositoryPreview> {
  // The app's own ledger commits and issues are told apart by who the app is, and only itself may ask that.
  if (hub === undefined) {
    const line = `${title}: --dry-run of one plan needs a running coppice up; for GitHub, the app's own tells: coppice-app --dry-run`;
    throw new CoppiceError("bad-input", line);
  }
  return needPreview(hub, fullName(forge.repository), issue);
}

/** Throws CoppiceError forge-unavailable where the hub has not begun to look after the repository. */
export async function needPreview(hub: HubClient, repository: string, plan?: number): Promise<RepositoryPreview> {
  const seen = await hub.preview(repository, plan);
  if (seen !== undefined) return seen;
  throw new CoppiceError("forge-unavailable", `the hub at ${hub.url} does not look after ${repository} yet; try again`);
}
