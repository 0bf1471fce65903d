import { z } from "zod";
import type { Verdict } from "../core/budget/budget.ts";

/** The parts of an answer that speak about limits; header names in lower case. */
export interface LimitedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

const second = 1_000;
/** The primary limits' windows are of an hour; what says more was reckoned by a wrong clock. Milliseconds. */
const longestReset = 3_600 * second;
/** Nobody is believed who shuts for longer than a day. Milliseconds. */
const longestWait = 24 * longestReset;

const graphqlErrors = z.object({ errors: z.array(z.object({ type: z.string().optional() })) });
const withMessage = z.object({ message: z.string() });

/**
 * What an answer says about the budget. GitHub refuses for limits with 403 or 429 (REST) and with 200 and an error of
 * type RATE_LIMITED (GraphQL); not every refusal carries `retry-after`.
 */
export function readVerdict(answer: LimitedAnswer): Verdict {
  const primary = readPrimary(answer.headers);
  if (!isLimited(answer)) return { primary };
  const retryIn = readRetryAfter(answer.headers);
  if (retryIn !== undefined) return { primary, refused: { retryIn } };
  // The primary limit's own window shuts the API; that is no misbehaviour to be punished for longer.
  if (primary !== undefined && primary.remaining === 0) return { primary };
  return { primary, refused: {} };
}

/** True when the request was refused for a limit, and so had no effect. */
export function isLimited({ status, headers, data }: LimitedAnswer): boolean {
  if (status === 200) {
    const parsed = graphqlErrors.safeParse(data);
    return parsed.success && parsed.data.errors.some(({ type }) => type === "RATE_LIMITED" || type === "RATE_LIMIT");
  }
  if (status === 429) return true;
  if (status !== 403) return false;
  if (readRetryAfter(headers) !== undefined || number(headers["x-ratelimit-remaining"]) === 0) return true;
  const body = withMessage.safeParse(data);
  return body.success && /rate limit|abuse detection/i.test(body.data.message);
}

/** Seconds, or a date by the forge's clock; a second at least. */
function readRetryAfter({ "retry-after": said, date }: LimitedAnswer["headers"]): number | undefined {
  const seconds = number(said);
  const wait = seconds === undefined ? Date.parse(String(said)) - Date.parse(String(date)) : seconds * second;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, second), longestWait);
}

function readPrimary(headers: LimitedAnswer["headers"]): Verdict["primary"] {
  const remaining = number(headers["x-ratelimit-remaining"]);
  const reset = number(headers["x-ratelimit-reset"]);
  const resource = headers["x-ratelimit-resource"] ?? "core";
  if (remaining === undefined || reset === undefined || !["core", "graphql"].includes(String(resource)))
    return undefined;
  // Against the forge's own clock: ours may be wrong by days.
  const forgeTime = Date.parse(String(headers.date ?? ""));
  const now = Number.isNaN(forgeTime) ? Date.now() : forgeTime;
  return { remaining, resetIn: Math.min(Math.max(0, reset * second - now), longestReset) };
}

function number(value: string | number | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}
