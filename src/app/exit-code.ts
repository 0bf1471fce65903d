import { CoppiceError } from "../core/errors.ts";

/** What the process ends with: 2 where the operator has to change something, 1 where trying again may do. */
export function exitCodeFor(error: unknown): 1 | 2 {
  if (!(error instanceof CoppiceError)) return 1;
  return error.code === "internal" || error.code === "forge-unavailable" ? 1 : 2;
}
