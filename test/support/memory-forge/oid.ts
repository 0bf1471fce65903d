import { randomBytes } from "node:crypto";
import type { Oid } from "../../../src/core/repository.ts";

/** An object id that was never there before. */
export function inventOid(): Oid {
  return randomBytes(20).toString("hex");
}
