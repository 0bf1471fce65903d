import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { finished } from "node:stream";
import { discard } from "./discard.ts";

/** GitHub sends no larger payload (25 MB). */
export const maxBodyBytes = 25 * 1024 * 1024;

/**
 * Bytes of bodies not yet verified that may be held at once, over all connections: strangers cannot take more memory than
 * this. One of the largest, or many of the usual size; what finds no room is answered 503, and the sweep finds what it
 * told of.
 */
export interface BodyBudget {
  free: number;
}

export function bodyBudget(): BodyBudget {
  return { free: maxBodyBytes };
}

export type SignedBody =
  | { readonly kind: "signed"; readonly bytes: Buffer }
  | { readonly kind: "wrong-signature" }
  | { readonly kind: "too-large" }
  | { readonly kind: "busy" }
  | { readonly kind: "broken" };

/** `sha256=` and 64 hex digits; anything else is refused before the body is read. */
export function parseSignature(header: string | undefined): Buffer | undefined {
  const digits = /^sha256=([0-9a-f]{64})$/.exec(header ?? "")?.[1];
  return digits === undefined ? undefined : Buffer.from(digits, "hex");
}

/**
 * Reads a body and checks its HMAC-SHA256 on the raw bytes as they come in: a body with a wrong signature
 * is never joined, decoded or parsed. What it is made of is freed at once, whatever becomes of it.
 */
export async function readSigned(
  request: IncomingMessage,
  expected: { secret: string; signature: Buffer; budget: BodyBudget },
): Promise<SignedBody> {
  const { budget } = expected;
  const hmac = createHmac("sha256", expected.secret);
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    const refusal = await eachPart(request, (part) => {
      parts.push(part);
      bytes += part.byteLength;
      budget.free -= part.byteLength;
      if (bytes > maxBodyBytes) return { kind: "too-large" };
      if (budget.free < 0) return { kind: "busy" };
      hmac.update(part);
      return undefined;
    });
    if (refusal !== undefined) return refusal;
    if (!timingSafeEqual(hmac.digest(), expected.signature)) return { kind: "wrong-signature" };
    return { kind: "signed", bytes: Buffer.concat(parts) };
  } finally {
    budget.free += bytes;
    for (const part of parts) discard(part);
  }
}

type Refusal = Extract<SignedBody, { kind: "too-large" | "busy" | "broken" }>;

/** Takes parts as they come, up to the first refusal. An iterator would join those that wait: more garbage than body. */
function eachPart(request: IncomingMessage, take: (part: Buffer) => Refusal | undefined): Promise<Refusal | undefined> {
  return new Promise((resolve) => {
    const end = (outcome?: Refusal) => {
      forget();
      request.off("data", onData).pause();
      resolve(outcome);
    };
    const onData = (part: Buffer) => {
      const refusal = take(part);
      if (refusal !== undefined) end(refusal);
    };
    const forget = finished(request, { writable: false }, (error) => end(error ? { kind: "broken" } : undefined));
    request.on("data", onData);
  });
}
