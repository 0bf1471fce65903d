import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import { planLimits } from "../core/plan/limits.ts";
import type { Allowance, Budget, BudgetUnit } from "../core/queue/budgets.ts";
import { budgetScopes, budgetUnits } from "../core/queue/budgets.ts";
import type { Policy } from "../core/queue/policy.ts";
import { defaultPolicy } from "../core/queue/policy.ts";
import { readYaml } from "./bounded-yaml.ts";

/** Read from the default branch only. */
export const configPath = ".github/coppice.yml";

/** A configuration of lists of shell lines comes nowhere near this. */
export const maxConfigBytes = 64 * 1024;

/** What the operator of this machine allows; the repository may narrow it and never widen it. */
export type OperatorLimits = Partial<
  Pick<
    Policy,
    | "merge"
    | "attempts"
    | "timeoutMinutes"
    | "maxAgents"
    | "maxAgentsPerPlan"
    | "budget"
    | "leaseSeconds"
    | "checksGraceSeconds"
    | "createAhead"
  >
>;

/** `invalid` holds one line: file, line, what is wrong and what is allowed. */
export type ConfigAnswer =
  | { readonly kind: "valid"; readonly policy: Policy }
  | { readonly kind: "invalid"; readonly line: string };

/** The policy of a repository: its file (undefined: none) on the defaults, within the operator's limits. Nothing is guessed. */
export function parseConfig(text: string | undefined, limits: OperatorLimits = {}): ConfigAnswer {
  if (text === undefined) return { kind: "valid", policy: operatorPolicy(limits) };
  if (Buffer.byteLength(text) > maxConfigBytes) {
    return { kind: "invalid", line: `${configPath}:1: the file is larger than ${maxConfigBytes / 1024} kB` };
  }
  const bad = text.indexOf("\u{fffd}");
  if (bad >= 0) {
    return {
      kind: "invalid",
      line: `${configPath}:${text.slice(0, bad).split("\n").length}: not UTF-8; save it as UTF-8`,
    };
  }
  try {
    const file = readYaml(text, { schema, path: configPath, code: "config-invalid" });
    return { kind: "valid", policy: policyOf(file ?? {}, limits) };
  } catch (error) {
    if (!(error instanceof CoppiceError) || error.code !== "config-invalid") throw error;
    return { kind: "invalid", line: error.message };
  }
}

/** The policy where the repository says nothing. */
export function operatorPolicy(limits: OperatorLimits): Policy {
  return policyOf({}, limits);
}

const shellLine = z.string().trim().min(1).max(2_000);
const shellLines = z.union([shellLine.transform((line) => [line]), z.array(shellLine).max(20)], {
  error: "must be a shell line of at most 2,000 characters, or a list of at most 20 of them",
});

function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of: ${names.join(", ")}` });
}

const botsError = "must be a list of at most 20 logins of apps, for example renovate[bot]";
/** With or without the `[bot]` at its end, which a list in brackets would need quotes for. */
const botLogin = z
  .string({ error: botsError })
  .trim()
  .regex(/^[a-z0-9](?:-?[a-z0-9]){0,98}(?:\[bot\])?$/i, {
    error: "must be the login of an app, for example renovate[bot]",
  })
  .transform((login) => `${login.toLowerCase().replace(/\[bot\]$/, "")}[bot]`);
const botLogins = z
  .array(botLogin, { error: botsError })
  .max(20, { error: botsError })
  .transform((logins) => [...new Set(logins)]);

/** More than anybody has; a number above it is a slip of the finger. */
const mostSpent: Readonly<Record<BudgetUnit, number>> = { tokens: 1e12, dollars: 1e6, minutes: 1e6 };

function amount(unit: BudgetUnit) {
  const most = mostSpent[unit];
  const error = `must be a ${unit === "dollars" ? "" : "whole "}number above 0, at most ${most.toLocaleString("en-US")}`;
  const number = unit === "dollars" ? z.number({ error }) : z.int({ error });
  return number.positive({ error }).max(most, { error }).optional();
}

/** A mapping with no other keys than these. */
function mapping<const Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `unknown key ${issue.keys?.map((key) => JSON.stringify(key)).join(", ")}; allowed: ${keys}`
        : `must be a mapping with some of: ${keys}`,
  });
}

const allowance = mapping({ tokens: amount("tokens"), dollars: amount("dollars"), minutes: amount("minutes") });
const budget = mapping({ task: allowance.optional(), plan: allowance.optional(), day: allowance.optional() });

const shape = {
  setup: shellLines.optional(),
  verify: shellLines.optional(),
  merge: oneOf(["manual", "auto"]).optional(),
  "merge-method": oneOf(["merge", "squash", "rebase"]).optional(),
  /** A lease keeps ten failures: more attempts could not be counted. */
  attempts: whole(1, 10).optional(),
  "timeout-minutes": whole(1, 1_440).optional(),
  "max-agents": whole(1, 64).optional(),
  "max-agents-per-plan": whole(1, 64).optional(),
  budget: budget.optional(),
  /** GitHub allows 100 sub-issues. */
  "create-ahead": whole(1, 100).optional(),
  commands: oneOf(["plain", "prefixed"]).optional(),
  "max-tasks": whole(1, planLimits.tasks).optional(),
  "two-person": z.boolean({ error: "must be true or false" }).optional(),
  bots: botLogins.optional(),
};

type ConfigFile = z.infer<z.ZodObject<typeof shape>>;

const schema: z.ZodType<ConfigFile | null> = mapping(shape).nullable();

function policyOf(file: ConfigFile, limits: OperatorLimits): Policy {
  return {
    setup: file.setup ?? defaultPolicy.setup,
    verify: file.verify ?? defaultPolicy.verify,
    merge: limits.merge === "manual" ? "manual" : (file.merge ?? limits.merge ?? defaultPolicy.merge),
    mergeMethod: file["merge-method"] ?? defaultPolicy.mergeMethod,
    attempts: within(file.attempts, limits.attempts, defaultPolicy.attempts),
    timeoutMinutes: within(file["timeout-minutes"], limits.timeoutMinutes, defaultPolicy.timeoutMinutes),
    maxAgents: within(file["max-agents"], limits.maxAgents, defaultPolicy.maxAgents),
    maxAgentsPerPlan: within(file["max-agents-per-plan"], limits.maxAgentsPerPlan, defaultPolicy.maxAgentsPerPlan),
    budget: budgetOf(file.budget, limits.budget),
    leaseSeconds: limits.leaseSeconds ?? defaultPolicy.leaseSeconds,
    checksGraceSeconds: limits.checksGraceSeconds ?? defaultPolicy.checksGraceSeconds,
    createAhead: within(file["create-ahead"], limits.createAhead, defaultPolicy.createAhead),
    commands: file.commands ?? defaultPolicy.commands,
    maxTasks: file["max-tasks"] ?? defaultPolicy.maxTasks,
    twoPersons: file["two-person"] ?? defaultPolicy.twoPersons,
    bots: file.bots ?? defaultPolicy.bots,
  };
}

/** The file's number, at most the operator's; without a file's number the operator's own, else the default. */
function within(file: number | undefined, limit: number | undefined, otherwise: number): number {
  return file === undefined ? (limit ?? otherwise) : Math.min(file, limit ?? file);
}

/** Of two amounts the smaller one: what one side does not limit the other may. */
function budgetOf(file: Budget = {}, limits: Budget = {}): Budget {
  const budget: Partial<Record<keyof Budget, Allowance>> = {};
  for (const scope of budgetScopes) {
    const allowance: Partial<Record<BudgetUnit, number>> = {};
    for (const unit of budgetUnits) {
      const amounts = [file[scope]?.[unit], limits[scope]?.[unit]].filter((one) => one !== undefined);
      if (amounts.length > 0) allowance[unit] = Math.min(...amounts);
    }
    if (Object.keys(allowance).length > 0) budget[scope] = allowance;
  }
  return budget;
}
