import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import { defaultAnthropicModel } from "../models/anthropic.ts";

/** What the process environment says about hosting the app. It is read here and nowhere else in the app. */
export interface Environment {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly webhookPath: string;
  readonly apiUrl: string;
  readonly host: string;
  readonly port: number;
  /** Where workers and the API are served when another process's server takes the webhooks (`probot run`). */
  readonly hubPort: number;
  readonly dataFolder: string;
  readonly operatorToken: string;
  /** No other hub's; one that stays the same lets a restarted hub go on at once where it was cut off. Absent: the data folder's. */
  readonly hubId: string | undefined;
  readonly planner: "auto" | "anthropic" | "keywords";
  readonly anthropic: { readonly apiKey: string; readonly baseUrl?: string; readonly model: string } | undefined;
  readonly defaultAgent: string | undefined;
  readonly logLevel: (typeof logLevels)[number];
}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const address = z.url({ protocol: /^https?$/, error: "an http or https address" });
const port = z.coerce.number({ error: "a port number" }).int().min(0).max(65_535);
const needed = (what: string) => z.string({ error: `missing: ${what}` });

/** Numbers and choices as people write them; each message says what would be right. */
const variables = z.object({
  APP_ID: needed("the app's id").regex(/^[1-9]\d{0,15}$/, "the app's id is a number"),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: needed("the secret set on the app's webhook"),
  WEBHOOK_PATH: z
    .string()
    .regex(/^\/[\w./-]*$/, "a path like /api/github/webhooks")
    .default("/api/github/webhooks"),
  GITHUB_API_URL: address.default("https://api.github.com"),
  HOST: z.string().default("0.0.0.0"),
  PORT: port.default(3000),
  COPPICE_HUB_PORT: port.default(3100),
  COPPICE_DATA: z.string().default(".coppice-data"),
  COPPICE_OPERATOR_TOKEN: needed("a secret of your own, for enrolling workers and reading the API").min(
    20,
    "at least 20 characters",
  ),
  COPPICE_HUB_ID: z
    .string()
    .regex(/^[\w.-]{1,100}$/, "letters, digits, dots and dashes, at most 100, no other hub's")
    .optional(),
  COPPICE_PLANNER: z.enum(["auto", "anthropic", "keywords"], { error: "auto, anthropic or keywords" }).default("auto"),
  COPPICE_AGENT: z.string().optional(),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: address.optional(),
  ANTHROPIC_MODEL: z.string().default(defaultAnthropicModel),
  LOG_LEVEL: z.enum(logLevels, { error: logLevels.join(", ") }).default("info"),
});

/** Throws CoppiceError config-invalid with one line that names everything missing or malformed. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Environment {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const parsed = variables.safeParse(present);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  const key = readPrivateKey(present);
  if ("problem" in key) problems.push(key.problem);
  if (parsed.data?.COPPICE_PLANNER === "anthropic" && parsed.data.ANTHROPIC_API_KEY === undefined) {
    problems.push("ANTHROPIC_API_KEY: missing, but COPPICE_PLANNER is anthropic");
  }
  if (!parsed.success || "problem" in key || problems.length > 0) {
    throw new CoppiceError("config-invalid", `environment: ${problems.join("; ")}`);
  }
  return describe(parsed.data, key.pem);
}

function describe(given: z.infer<typeof variables>, privateKey: string): Environment {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_MODEL: model } = given;
  return {
    appId: Number(given.APP_ID),
    privateKey,
    webhookSecret: given.WEBHOOK_SECRET,
    webhookPath: given.WEBHOOK_PATH,
    apiUrl: given.GITHUB_API_URL.replace(/\/+$/, ""),
    host: given.HOST,
    port: given.PORT,
    hubPort: given.COPPICE_HUB_PORT,
    dataFolder: resolve(given.COPPICE_DATA),
    operatorToken: given.COPPICE_OPERATOR_TOKEN,
    hubId: given.COPPICE_HUB_ID,
    planner: given.COPPICE_PLANNER,
    anthropic: apiKey === undefined ? undefined : { apiKey, baseUrl, model },
    defaultAgent: given.COPPICE_AGENT,
    logLevel: given.LOG_LEVEL,
  };
}

/** PEM as it is, with \n written out, or in base64: the three ways in which platforms let a key be set. */
function readPrivateKey(given: Partial<Record<string, string>>): { pem: string } | { problem: string } {
  const { PRIVATE_KEY: inline, PRIVATE_KEY_PATH: path } = given;
  if (inline === undefined && path === undefined) {
    return { problem: "PRIVATE_KEY: missing: the app's private key, or its file in PRIVATE_KEY_PATH" };
  }
  const name = inline === undefined ? "PRIVATE_KEY_PATH" : "PRIVATE_KEY";
  try {
    const text = (inline ?? readFileSync(path ?? "", "utf8")).trim().replaceAll("\\n", "\n");
    const pem = text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("utf8");
    createPrivateKey(pem);
    return { pem };
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return { problem: isMissing ? `${name}: there is no file ${path}` : `${name}: is no private key in PEM form` };
  }
}
