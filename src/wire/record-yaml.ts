import { z } from "zod";
import { planLimits } from "../core/plan/limits.ts";
import type { PhaseIssue, PlanRecord } from "../core/plan/plan.ts";
import type { PhaseName } from "../core/task/phase-name.ts";
import { findPhase } from "../core/task/phase-name.ts";
import type { TaskKey } from "../core/task/task.ts";
import { priorities } from "../core/task/task.ts";
import { ledgerYaml, readYaml } from "./bounded-yaml.ts";
import { formatYaml } from "./format-yaml.ts";
import { oid, tally, taskKey, usage } from "./frames/values.ts";

const count = z.number().int().nonnegative();
const login = z.string().max(100);
const time = z.string().max(40);
const hash = z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits");

const approval = z.strictObject({ revision: count, hash, by: login, comment: count, at: time });

const question = z.strictObject({
  number: count.positive(),
  text: z.string().max(planLimits.question),
  answer: z.strictObject({ by: login, at: time, comment: count, text: z.string().max(planLimits.answer) }).optional(),
  waived: z.literal(true).optional(),
});

const taskIssue = z.strictObject({ number: count, id: count, nodeId: z.string().max(200) });

const steered = z.strictObject({ by: login, at: time, comment: count.optional() });
const taskSteering = z.strictObject({
  paused: steered.optional(),
  stopped: steered.extend({ epoch: count }).optional(),
  retried: steered.optional(),
  resumed: steered.optional(),
  priority: z.enum(priorities).optional(),
  prioritised: steered.optional(),
  agent: z.string().max(2_000).optional(),
  specialist: z.string().max(80).optional(),
  assigned: steered.optional(),
});

const record = z.strictObject({
  version: z.literal(1),
  issue: z.number().int().positive(),
  revision: count,
  revisions: z
    .array(
      z.strictObject({
        revision: count,
        hash,
        by: login,
        at: time,
        comment: count.optional(),
        summary: z.string().max(5_000),
        restores: count.optional(),
      }),
    )
    .max(planLimits.revisions),
  status: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("draft") }),
    z.strictObject({ kind: z.literal("approved"), approval }),
    z.strictObject({ kind: z.literal("cancelled"), by: login, at: time }),
    z.strictObject({ kind: z.literal("done"), at: time, approval }),
  ]),
  comment: count.optional(),
  planner: z.string().max(200),
  lastKey: count.optional(),
  tasks: z.record(z.string(), taskIssue).transform(byKey),
  phases: z
    .record(z.string(), taskIssue.extend({ givenUp: z.literal(true).optional() }))
    .transform(byPhase)
    .optional(),
  usage,
  costs: z.partialRecord(taskKey, tally.extend({ lease: oid })).optional(),
  questions: z.array(question).max(planLimits.questions).optional(),
  proposals: count.optional(),
  catchUp: z
    .strictObject({
      rewrite: z.array(taskKey),
      unlink: z.array(z.strictObject({ blocked: taskKey, blocking: taskKey })),
    })
    .optional(),
  steering: z
    .strictObject({
      paused: steered.optional(),
      resumed: steered.optional(),
      tasks: z.partialRecord(taskKey, taskSteering).optional(),
    })
    .optional(),
  spentTold: z
    .strictObject({
      task: z.string().max(100).optional(),
      plan: z.string().max(100).optional(),
      day: z.string().max(100).optional(),
    })
    .optional(),
  stuckTold: z.partialRecord(taskKey, count).optional(),
  creating: z
    .strictObject({
      hub: z.string().max(100),
      nonce: z.string().max(100),
      at: time,
      keys: z.array(z.string().max(100)).max(planLimits.tasks),
    })
    .optional(),
});

/** Links to be taken away: every pair of the hundred issues a plan may ever have, three entries each; and the rest of a record. */
const limits = { ...ledgerYaml, entries: 36_000 };

/** A record as the text of `record.yaml`. */
export function formatRecord(value: PlanRecord): string {
  return formatYaml(value);
}

/** Throws CoppiceError ledger-invalid naming `path`, the line and what is wrong; other versions are refused, never rewritten. */
export function parseRecord(text: string, path = "record.yaml"): PlanRecord {
  return readYaml<PlanRecord>(text, { schema: record, path, code: "ledger-invalid", limits });
}

function byKey(tasks: Record<string, PlanRecord["tasks"][TaskKey]>, context: z.RefinementCtx): PlanRecord["tasks"] {
  const keyed: Partial<Record<TaskKey, PlanRecord["tasks"][TaskKey]>> = {};
  for (const [name, issue] of Object.entries(tasks)) {
    const key = taskKey.safeParse(name);
    if (key.success) keyed[key.data] = issue;
    else context.addIssue({ code: "custom", path: [name], message: "not a task key like T1" });
  }
  return keyed;
}

function byPhase(phases: Record<string, PhaseIssue>, context: z.RefinementCtx): Partial<Record<PhaseName, PhaseIssue>> {
  const named: Partial<Record<PhaseName, PhaseIssue>> = {};
  for (const [name, issue] of Object.entries(phases)) {
    const found = findPhase(name);
    if (found !== undefined) named[found.name] = issue;
    else context.addIssue({ code: "custom", path: [name], message: "not a phase parent like design or testing-2" });
  }
  return named;
}
