import type { Caller } from "../faults/closed-windows.ts";
import type { Site } from "../site.ts";

/** What is left to the caller, in GitHub's headers; none where nothing is limited, as on a server without limits. */
export function allowanceHeaders({ faults, clock }: Site, caller: Caller): Record<string, string> {
  const state = faults.allowance(caller, clock.now());
  if (state === undefined) return {};
  return {
    "x-ratelimit-limit": String(state.limit),
    "x-ratelimit-remaining": String(state.remaining),
    "x-ratelimit-used": String(state.used),
    "x-ratelimit-reset": String(state.reset),
    "x-ratelimit-resource": caller.resource,
  };
}
