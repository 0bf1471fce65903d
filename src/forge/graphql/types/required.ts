import { requiredContexts } from "../../domain/required-checks.ts";
import { parseNodeId } from "../../model/node-id.ts";
import type { Context } from "../context.ts";
import { refused } from "../errors.ts";

/** GitHub wants to know for which pull request a check might be required. */
export interface RequiredArguments {
  readonly pullRequestId?: string | null;
  readonly pullRequestNumber?: number | null;
}

/** Whether the pull request's base branch asks for this check or status. */
export function isRequired({ site }: Context, repositoryId: number, name: string, args: RequiredArguments): boolean {
  const node = args.pullRequestId == null ? undefined : parseNodeId(args.pullRequestId);
  const pull =
    node?.kind === "pull"
      ? site.store.pulls.get(node.id)
      : site.store.pulls.find("byNumber", [repositoryId, args.pullRequestNumber ?? 0]);
  if (pull === undefined)
    throw refused("UNPROCESSABLE", "Either `pullRequestId` or `pullRequestNumber` of a pull request must be given.");
  return requiredContexts(site, repositoryId, pull.base.ref).includes(name);
}
