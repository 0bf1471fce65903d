import { z } from "zod";
import type { RunRecord } from "../core/run/run.ts";
import { failure, oid, usage, verification } from "./frames/values.ts";
import { invalidJson, readVersionedJson } from "./versioned-json.ts";

/** No run record is larger than this many characters. */
export const maxRunText = 65_536;

const text = (limit: number) => z.string().max(limit);
const number = z.number().int().positive();

const schema = z.strictObject({
  version: z.literal(1),
  run: text(100),
  plan: number,
  task: text(20),
  issue: number,
  epoch: number,
  worker: text(100),
  agent: text(2_000),
  sandbox: text(200),
  base: oid,
  head: oid,
  verification,
  usage,
  startedAt: text(40),
  endedAt: text(40),
  filesChanged: z.number().int().nonnegative(),
  failures: z.array(failure).max(10).optional(),
  attention: z.array(text(500)).max(100).optional(),
}) satisfies z.ZodType<RunRecord>;

/** A run record as the text of `run.json`. */
export function formatRun(run: RunRecord): string {
  return `${JSON.stringify(run, null, 2)}\n`;
}

/** The record in a `run.json`; throws CoppiceError ledger-invalid naming the field. */
export function parseRun(json: string): RunRecord {
  const name = "run.json";
  if (json.length > maxRunText) throw invalidJson(name, `longer than ${maxRunText} characters`);
  return readVersionedJson(json, { name, schema, version: 1 });
}
