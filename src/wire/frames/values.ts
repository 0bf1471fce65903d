import { z } from "zod";
import type { Lease } from "../../core/lease/lease.ts";
import { isWorkBranch, leasePhases } from "../../core/lease/lease.ts";
import type { Usage } from "../../core/plan/plan.ts";
import type { Spending, Tally } from "../../core/queue/spending.ts";
import type { Failure, RunOutcome, Verification } from "../../core/run/run.ts";
import { failureKinds } from "../../core/run/run.ts";
import type { PlannedTask, TaskKey } from "../../core/task/task.ts";
import { phases, priorities } from "../../core/task/task.ts";
import type { TaskOffer } from "../../ports/dispatch.ts";

const text = (limit: number) => z.string().max(limit);
const number = z.number().int().positive();

export const oid = z.string().regex(/^[0-9a-f]{40}$/, "40 hex digits");
export const taskKey = z.templateLiteral(["T", z.number().int().positive()]) satisfies z.ZodType<TaskKey>;

export const usage = z.strictObject({
  inputTokens: z.number().nonnegative(),
  outputTokens: z.number().nonnegative(),
  cacheReadTokens: z.number().nonnegative(),
  cacheWriteTokens: z.number().nonnegative(),
  dollars: z.number().nonnegative().optional(),
}) satisfies z.ZodType<Usage>;

export const failure = z.strictObject({
  kind: z.enum(failureKinds),
  message: text(500),
  at: text(40),
  agent: text(200).optional(),
  usage: usage.optional(),
  seconds: z.number().nonnegative().optional(),
  retryAfterSeconds: z.number().nonnegative().max(86_400).optional(),
  forgiven: z.literal(true).optional(),
  resumed: z.literal(true).optional(),
}) satisfies z.ZodType<Failure>;

const spending = z.strictObject({
  tokens: z.number().nonnegative(),
  dollars: z.number().nonnegative(),
  seconds: z.number().nonnegative(),
}) satisfies z.ZodType<Spending>;

export const tally = z.strictObject({
  day: z.string().regex(/^\d{4}-\d\d-\d\d$/, "a day like 2026-11-21"),
  thatDay: spending,
  before: spending,
}) satisfies z.ZodType<Tally>;

export const verification = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("passed"), command: text(2_000), milliseconds: z.number().nonnegative() }),
  z.strictObject({ kind: z.literal("none") }),
]) satisfies z.ZodType<Verification>;

export const runOutcome = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("published"), head: oid, lease: oid, verification, usage }),
  z.strictObject({ kind: z.literal("failed"), failure, usage }),
]) satisfies z.ZodType<RunOutcome>;

/** A day. Whoever says more would keep a task from everybody else. */
const longestLease = 86_400;

export const lease = z
  .strictObject({
    version: z.literal(1),
    plan: number,
    task: taskKey,
    issue: number,
    phase: z.enum(leasePhases),
    holder: text(200),
    epoch: number,
    nonce: text(100),
    seconds: number.max(longestLease),
    branch: text(200),
    head: oid.optional(),
    base: oid.optional(),
    retried: z.strictObject({ at: text(40), head: oid.optional() }).optional(),
    resumed: text(40).optional(),
    offeredAt: text(40).optional(),
    failures: z.array(failure).max(10),
    earlier: tally.optional(),
  })
  // Whoever may push a ref may write a lease; what it names is rewritten, and deleted, with the app's rights.
  .refine(({ issue, branch }) => branch === "" || isWorkBranch(branch, issue), {
    path: ["branch"],
    error: "no work branch of this issue",
  }) satisfies z.ZodType<Lease>;

export const plannedTask = z.strictObject({
  key: taskKey,
  title: text(120),
  description: text(8_000),
  acceptance: z.array(text(500)).max(20),
  specialist: text(80),
  phase: z.enum(phases),
  needs: z.array(taskKey).max(50),
  priority: z.enum(priorities),
  touches: z.array(text(300)).max(50),
  estimateMinutes: z.number().positive().max(10_080).optional(),
  timeoutMinutes: z.number().positive().max(1_440).optional(),
}) satisfies z.ZodType<PlannedTask>;

export const taskOffer = z.strictObject({
  run: text(100),
  repository: z.strictObject({ owner: text(100), name: text(100) }),
  gitUrl: text(500),
  defaultBranch: text(200),
  plan: number,
  goal: text(4_000),
  task: plannedTask,
  specialist: z.strictObject({ name: text(80), instructions: text(16_000) }).optional(),
  issue: number,
  lease,
  expected: oid.optional(),
  agent: text(2_000).optional(),
  timeoutMinutes: z.number().positive().max(1_440),
  setup: z.array(text(2_000)).max(20),
  verify: z.array(text(2_000)).max(20),
  context: z.array(z.strictObject({ path: text(300), text: text(65_536) })).max(60),
  author: z.strictObject({ name: text(100), email: text(200) }),
}) satisfies z.ZodType<TaskOffer>;
