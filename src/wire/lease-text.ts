import { CoppiceError } from "../core/errors.ts";
import type { Lease } from "../core/lease/lease.ts";
import { lease as schema } from "./frames/values.ts";
import { newerVersion } from "./newer-version.ts";

/** No lease message is larger than this many characters: ten failures of 500, were every character escaped, and room to grow. */
export const maxLeaseText = 65_536;

/** A lease as the message of its commit: a line for people (no CI runs on it), an empty line, then JSON. */
export function formatLease(lease: Lease): string {
  const title = `Lease of #${lease.issue} (${lease.task}): ${lease.phase}, epoch ${lease.epoch} [skip ci]`;
  return `${title}\n\n${JSON.stringify(lease, null, 1)}\n`;
}

/** The lease a commit message says; throws CoppiceError ledger-invalid naming the field. */
export function parseLease(message: string): Lease {
  if (message.length > maxLeaseText) throw invalid(`longer than ${maxLeaseText} characters`);
  const start = message.indexOf("\n\n");
  if (start < 0) throw invalid("no JSON after the first line");
  let value: unknown;
  try {
    value = JSON.parse(message.slice(start));
  } catch (cause) {
    throw invalid("what follows the first line is not JSON", cause);
  }
  const newer = newerVersion(value, 1);
  if (newer !== undefined) throw invalid(newer);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(`${issue?.path.join(".") || "(top)"}: ${issue?.message ?? "invalid"}`);
}

function invalid(what: string, cause?: unknown): CoppiceError {
  return new CoppiceError("ledger-invalid", `lease commit: ${what}`, { cause });
}
