import { formatHelp } from "../../../wire/commands/format-help.ts";
import { planPath } from "../../../wire/ledger-paths.ts";
import { neutralise } from "../../../wire/neutralise.ts";
import { formatAgents } from "../../../wire/render/agents.ts";
import { ledgerFileUrl, maxBodyLength, sayCommand } from "../../../wire/render/page.ts";
import { formatPlanDetails } from "../../../wire/render/plan-comment.ts";
import type { Handler } from "./handler.ts";

/** One answer holds several commands' words. */
const room = maxBodyLength - 1_000;

function noPlanYet(prefixed: boolean): string {
  return `There is no plan on this issue yet; ${sayCommand("plan <what you want>", prefixed)} starts one.`;
}

export const help: Handler<"help"> = async (_, { policy }) => ({
  kind: "done",
  say: () => formatHelp(policy.commands === "prefixed"),
});

/** The plan as the comment's other commands leave it. */
export const view: Handler<"view"> = async (_, { commanded, comment, policy }) => {
  const ledgerUrl = ledgerFileUrl(commanded.issue.url, planPath(comment.issue));
  const prefixed = policy.commands === "prefixed";
  return {
    kind: "done",
    say: (state) =>
      state === undefined ? noPlanYet(prefixed) : formatPlanDetails({ state, progress: [], prefixed, ledgerUrl }),
  };
};

/** Workers and what they do, whatever plan it is for; this plan's tasks by their keys. */
export const agents: Handler<"agents"> = async (_, { options, state }) => {
  const text = formatAgents(options.agents(), state?.record.tasks ?? {});
  return { kind: "done", say: () => text };
};

export const status: Handler<"status"> = async (_, { options, comment, state, policy }) => {
  const prefixed = policy.commands === "prefixed";
  const text = state === undefined ? noPlanYet(prefixed) : neutralise(await options.status(comment.issue), room);
  return { kind: "done", say: () => text };
};
