import { repositoryFor } from "../access/authorize.ts";
import { requiredContexts } from "../domain/required-checks.ts";
import type { Call } from "../http/call.ts";
import { HttpError } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import type { Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { fullName } from "../present/repository.ts";

/** What a branch asks for before a merge; the older branch protection does not exist here. */
export const branchRuleRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/rules/branches/{branch}", list),
  route("GET /repos/{owner}/{repo}/branches/{branch}/protection", (call) => {
    repositoryFor(call, { permission: "administration", access: "read" });
    throw new HttpError(404, "Branch not protected");
  }),
];

function list(call: Call): Reply {
  const repository = repositoryFor(call, { permission: "metadata", access: "read" });
  const contexts = requiredContexts(call.site, repository.id, call.parameter("branch"));
  return page(call, contexts.length === 0 ? [] : [contexts], (required) => ({
    type: "required_status_checks",
    ruleset_source_type: "Repository",
    ruleset_source: fullName(call.site, repository),
    ruleset_id: repository.id,
    parameters: {
      strict_required_status_checks_policy: false,
      required_status_checks: required.map((context) => ({ context })),
    },
  }));
}
