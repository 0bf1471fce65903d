import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { LabelAct } from "../core/queue/steering-labels.ts";
import { allPages } from "./pages.ts";
import type { Scope } from "./scope.ts";
import { restName } from "./scope.ts";

const event = z.object({
  event: z.string(),
  /** null: an account that is no more. */
  actor: z.object({ login: z.string(), type: z.string().optional() }).nullable(),
  created_at: z.string(),
  label: z.object({ name: z.string() }).optional(),
});

/** An issue that was talked about for years has a few hundred events. */
const maxPages = 30;

/** Who put labels on an issue or took them off: one request a hundred events, GitHub lists the oldest first. */
export async function readLabelActs(scope: Scope, issue: number): Promise<readonly LabelAct[]> {
  const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/events";
  const request = { route, parameters: { ...restName(scope), issue_number: issue } };
  const events = await allPages(scope.client, request, { item: event, maxPages }).catch(gone);
  return events.flatMap(({ event: kind, actor, created_at: at, label }) => {
    if ((kind !== "labeled" && kind !== "unlabeled") || label === undefined) return [];
    const by = actor?.login ?? "ghost";
    return [{ label: label.name, added: kind === "labeled", by, byApp: actor?.type === "Bot", at }];
  });
}

function gone(error: unknown): readonly [] {
  if (error instanceof CoppiceError && error.code === "forge-not-found") return [];
  throw error;
}
