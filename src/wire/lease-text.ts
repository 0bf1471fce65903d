import type { Lease } from "../core/lease/lease.ts";
import { lease as schema } from "./frames/values.ts";
import { invalidJson, readVersionedJson } from "./versioned-json.ts";

/** No lease message is larger than this many characters: ten failures of 500, were every character escaped, and room to grow. */
export const maxLeaseText = 65_536;

const name = "lease commit";

/** A lease as the message of its commit: a line for people (no CI runs on it), an empty line, then JSON. */
export function formatLease(lease: Lease): string {
  const title = `Lease of #${lease.issue} (${lease.task}): ${lease.phase}, epoch ${lease.epoch} [skip ci]`;
  return `${title}\n\n${JSON.stringify(lease, null, 1)}\n`;
}

/** The lease a commit message says; throws CoppiceError ledger-invalid naming the field. */
export function parseLease(message: string): Lease {
  if (message.length > maxLeaseText) throw invalidJson(name, `longer than ${maxLeaseText} characters`);
  const start = message.indexOf("\n\n");
  if (start < 0) throw invalidJson(name, "no JSON after the first line");
  return readVersionedJson(message.slice(start), { name, schema, version: 1 });
}
