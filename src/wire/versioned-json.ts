import type { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import { newerVersion } from "./newer-version.ts";

export interface JsonSource<Value> {
  /** What it is, as errors begin. */
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  /** The newest version that is understood. */
  readonly version: number;
}

/** What versioned JSON of the ledger says; throws CoppiceError ledger-invalid naming the field, or the newer version. */
export function readVersionedJson<Value>(text: string, { name, schema, version }: JsonSource<Value>): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidJson(name, "not JSON", cause);
  }
  const newer = newerVersion(value, version);
  if (newer !== undefined) throw invalidJson(name, newer);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidJson(name, `${issue?.path.join(".") || "(top)"}: ${issue?.message ?? "invalid"}`);
}

export function invalidJson(name: string, what: string, cause?: unknown): CoppiceError {
  return new CoppiceError("ledger-invalid", `${name}: ${what}`, { cause });
}
