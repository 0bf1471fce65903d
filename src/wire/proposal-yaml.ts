import { z } from "zod";
import type { PlanCommand } from "../core/plan/command.ts";
import { planLimits } from "../core/plan/limits.ts";
import type { Proposal } from "../core/plan/plan.ts";
import { ledgerYaml, readYaml } from "./bounded-yaml.ts";
import { formatYaml } from "./format-yaml.ts";
import { plannedTask, taskKey } from "./frames/values.ts";

const count = z.number().int().nonnegative();
const goal = z.string().max(planLimits.goal);
const tasks = z.array(plannedTask).max(planLimits.tasks);

const command = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("plan"), goal, tasks }),
  z.strictObject({ kind: z.literal("add"), task: plannedTask.omit({ key: true }) }),
  z.strictObject({ kind: z.literal("remove"), key: taskKey }),
  z.strictObject({ kind: z.literal("modify"), key: taskKey, change: plannedTask.omit({ key: true }).partial() }),
  z.strictObject({ kind: z.literal("split"), key: taskKey, parts: tasks }),
  z.strictObject({ kind: z.literal("edit"), goal, tasks }),
  z.strictObject({ kind: z.literal("restore"), revision: count, goal, tasks }),
]) satisfies z.ZodType<PlanCommand>;

const proposal = z.strictObject({
  version: z.literal(1),
  number: count.positive(),
  revision: count,
  changes: z.array(command).max(planLimits.proposedChanges),
  comment: count,
  at: z.string().max(40),
});

/** A proposal as the text of `proposal.yaml`. */
export function formatProposal(value: Proposal): string {
  return formatYaml({ version: 1, ...value });
}

/** Throws CoppiceError ledger-invalid naming `path`, the line and what is wrong; other versions are refused. */
export function parseProposal(text: string, path = "proposal.yaml"): Proposal {
  const { version, ...value } = readYaml(text, {
    schema: proposal,
    path,
    code: "ledger-invalid",
    limits: ledgerYaml,
  });
  return value;
}
