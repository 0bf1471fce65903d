import { createHash, randomBytes } from "node:crypto";

/** A new token with GitHub's prefix: `ghp` for a person, `ghs` for an installation. */
export function newToken(prefix: "ghp" | "ghs"): string {
  const body = randomBytes(48).toString("base64").replace(/[+/=]/g, "").slice(0, 36);
  return `${prefix}_${body}`;
}

/** What the store keeps instead of a token. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
