import { createHash } from "node:crypto";
import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import { planLimits } from "../core/plan/limits.ts";
import type { Plan } from "../core/plan/plan.ts";
import { planProblems } from "../core/plan/validate.ts";
import { ledgerYaml, readYaml } from "./bounded-yaml.ts";
import { formatYaml } from "./format-yaml.ts";
import { plannedTask } from "./frames/values.ts";

const plan = z.strictObject({
  goal: z.string().max(planLimits.goal),
  tasks: z.array(plannedTask).max(planLimits.tasks),
}) satisfies z.ZodType<Plan>;

/** A plan as the text of `plan.yaml`. */
export function formatPlan(value: Plan): string {
  return formatYaml(value);
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
