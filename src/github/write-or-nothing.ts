import { CoppiceError } from "../core/errors.ts";
import type { Scope } from "./scope.ts";
import type { Write } from "./writes.ts";

/** What an idempotent write gave; undefined when GraphQL would not do it or its quota is spent: REST, whose quota is another, may. */
export async function writeOrNothing({ writes }: Scope, write: Write): Promise<{ readonly data: unknown } | undefined> {
  try {
    const written = await writes.perform({ ...write, idempotent: true });
    return written.kind === "done" ? { data: written.data } : undefined;
  } catch (error) {
    if (isWorthRest(error)) return undefined;
    throw error;
  }
}

function isWorthRest(error: unknown): boolean {
  return error instanceof CoppiceError && error.code !== "forge-unavailable";
}
