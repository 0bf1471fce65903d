import { z } from "zod";
import type { ErrorCode } from "../core/errors.ts";
import { CoppiceError } from "../core/errors.ts";
import { isLimited } from "./limits.ts";

const requestError = z.object({
  name: z.literal("HttpError"),
  status: z.number(),
  message: z.string(),
  response: z
    .object({
      status: z.number(),
      headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
      data: z.unknown(),
    })
    .optional(),
});
export type RequestFailure = z.infer<typeof requestError>;

/** Octokit's error for an answer of 400 and above, or for no answer at all (then `response` is absent). */
export function asRequestFailure(error: unknown): RequestFailure | undefined {
  const parsed = requestError.safeParse(error);
  return parsed.success ? parsed.data : undefined;
}

/** Any failure of a request as the one error class, naming the route; a CoppiceError stays as it is. */
export function toCoppiceError(route: string, error: unknown): CoppiceError {
  if (error instanceof CoppiceError) return error;
  const failure = asRequestFailure(error);
  if (failure?.response === undefined) {
    return new CoppiceError("forge-unavailable", `${route}: no answer (${reason(error)})`, { cause: error });
  }
  const { status } = failure.response;
  return new CoppiceError(codeOf(failure.response), `${route}: ${status} ${oneLine(failure.message)}`, {
    cause: error,
  });
}

/** GitHub's words in one line without anything that looks like a token. */
export function oneLine(text: string): string {
  return text
    .replace(/gh[a-z]_[A-Za-z0-9_.-]+|eyJ[A-Za-z0-9_.-]+/g, "[token]")
    .replace(/\s+/g, " ")
    .slice(0, 300);
}

function codeOf(response: {
  status: number;
  headers: Record<string, string | number | undefined>;
  data: unknown;
}): ErrorCode {
  if (isLimited(response)) return "forge-limited";
  if (response.status >= 500) return "forge-unavailable";
  return response.status === 404 || response.status === 410 ? "forge-not-found" : "forge-refused";
}

function reason(error: unknown): string {
  return error instanceof Error ? oneLine(error.message) : "unknown reason";
}
