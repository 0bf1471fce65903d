import type { HeldLease } from "../core/lease/lease.ts";
import type { LeaseAnswer } from "../ports/leases.ts";
import type { Workspace } from "../ports/workspaces.ts";
import type { Attempt } from "./attempt.ts";
import { diffLimits, judgeDiff } from "./policy.ts";

/**
 * Renews the lease with what the agent has so far, as a candidate: never on the work branch, where it would look like work
 * that is done. Undefined when there is nothing new, or it may not be pushed: the lease is then to be renewed alone.
 */
export function checkpointer(run: Attempt, workspace: Workspace): NonNullable<Attempt["checkpoint"]> {
  let pushed: string | undefined;
  return async (held: HeldLease): Promise<LeaseAnswer | undefined> => {
    const { offer, options, ports } = run;
    const changes = await workspace.changesSoFar(diffLimits);
    if (changes.kind !== "changed" || changes.tree === pushed) return undefined;
    const refusal = judgeDiff(changes.files, options.secrets());
    if (refusal !== undefined) {
      ports.log.info({ issue: offer.issue, refusal }, "what an agent has so far may not be pushed");
      return undefined;
    }
    const message = `Checkpoint: ${offer.task.title} [skip ci]\n\n${offer.task.key} of #${offer.plan}, not verified\n`;
    const commit = await workspace.commit({ tree: changes.tree, message, author: offer.author });
    const answer = await workspace.checkpoint(held, commit);
    if (answer?.kind === "held") pushed = changes.tree;
    return answer;
  };
}
