import { createHash } from "node:crypto";
import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import { taskFields } from "../core/plan/changed-tasks.ts";
import { planLimits } from "../core/plan/limits.ts";
import type { Plan } from "../core/plan/plan.ts";
import { planProblems } from "../core/plan/validate.ts";
import type { PlannedTask } from "../core/task/task.ts";
import { ledgerYaml, readYaml } from "./bounded-yaml.ts";
import { formatYaml } from "./format-yaml.ts";
import { plannedTask } from "./frames/values.ts";

const plan = z.strictObject({
  goal: z.string().max(planLimits.goal),
  tasks: z.array(plannedTask).max(planLimits.tasks),
}) satisfies z.ZodType<Plan>;

/** A plan as the text of `plan.yaml`: the same bytes for the same plan, in whatever order its fields were put together. */
export function formatPlan({ goal, tasks }: Plan): string {
  return formatYaml({ goal, tasks: tasks.map(inOrder) });
}

/** Throws CoppiceError ledger-invalid naming `path`, the line and what is wrong. */
export function parsePlan(text: string, path = "plan.yaml"): Plan {
  const value = readYaml(text, { schema: plan, path, code: "ledger-invalid", limits: ledgerYaml });
  const problems = planProblems(value);
  if (problems.length > 0) throw new CoppiceError("ledger-invalid", `${path}:1: ${problems.join("; ")}`);
  return value;
}

/** What `sha256sum plan.yaml` prints: the hash of the text's bytes, hex. */
export function planHash(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function inOrder(task: PlannedTask): Partial<PlannedTask> {
  return Object.fromEntries(["key" as const, ...taskFields].map((field) => [field, task[field]]));
}
