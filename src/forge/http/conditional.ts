import { createHash } from "node:crypto";
import type { Call } from "./call.ts";
import type { Reply } from "./reply.ts";

/**
 * A read's answer with its `etag`, or 304 when the caller has just this answer already. As on GitHub the tag is the
 * token's own: with another token, even of the same identity, nothing is known.
 */
export function conditional({ method, headers }: Call, reply: Reply): Reply {
  if (method !== "GET" || reply.status !== 200 || reply.sent || reply.body === null) return reply;
  const hash = createHash("sha256");
  for (const part of [headers.get("authorization") ?? "", reply.headers?.link ?? "", reply.body]) {
    hash.update(part).update("\0");
  }
  const etag = `W/"${hash.digest("hex")}"`;
  const { "content-type": _, ...kept } = reply.headers ?? {};
  if (isHeld(headers.get("if-none-match"), etag)) return { status: 304, headers: { ...kept, etag }, body: null };
  return { ...reply, headers: { ...reply.headers, etag } };
}

/** Weak and strong spellings of one tag are the same here, as HTTP wants it. */
function isHeld(header: string | null, etag: string): boolean {
  const held = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return held.includes("*") || held.includes(etag.replace(/^W\//, ""));
}
