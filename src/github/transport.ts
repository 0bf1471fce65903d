import { Octokit } from "@octokit/rest";
import { z } from "zod";
import type { BudgetRequest } from "../core/budget/budget.ts";
import { budgetPriorities } from "../core/budget/limits.ts";
import type { Answered, Budget } from "./budget.ts";
import { asRequestFailure } from "./errors.ts";
import type { LimitedAnswer } from "./limits.ts";
import { readVerdict } from "./limits.ts";
import type { UsageCounter } from "./usage.ts";

/** A single request's time-out, milliseconds. */
const timeout = 30_000;

/** What travels beside a request for the budget (in Octokit's `request` options). */
export interface Hint {
  readonly route: string;
  readonly points: number;
  readonly contents: number;
  readonly priority: BudgetRequest["priority"];
}

const hint = z.object({
  route: z.string(),
  points: z.number(),
  contents: z.number(),
  priority: z.enum(budgetPriorities),
}) satisfies z.ZodType<Hint>;

export interface TransportOptions {
  /** `https://api.github.com`, or `http(s)://host/api/v3`. */
  readonly baseUrl: string;
  /** The value of the authorization header, asked for each request. */
  readonly authorize: () => Promise<string>;
  readonly budget: Budget;
  readonly usage: UsageCounter;
  readonly signal: AbortSignal;
}

/** An Octokit whose every request is authorized, counted, held to the budget and ended after 30 s. */
export function openTransport({ baseUrl, authorize, budget, usage, signal }: TransportOptions): Octokit {
  const octokit = new Octokit({ baseUrl, userAgent: "coppice", log: silent() });
  octokit.hook.wrap("request", async (request, options) => {
    const known = hint.parse(options.request.hint);
    // Before the budget: a token that must be fetched first takes none of this request's room.
    const authorization = await authorize();
    const api = options.url.endsWith("/graphql") ? "graphql" : "rest";
    return budget.perform({ ...known, api }, () => {
      usage.count(known.route, known.contents);
      return answered(
        withTimeout(signal, (ending) => {
          // In place: hooks further in were bound to this very object and see no other.
          options.headers = { ...options.headers, authorization };
          options.request = { ...options.request, signal: ending };
          return request(options);
        }),
      );
    });
  });
  return octokit;
}

async function answered<Answer extends LimitedAnswer>(asked: Promise<Answer>): Promise<Answered<Answer>> {
  try {
    const value = await asked;
    return { outcome: { kind: "value", value }, verdict: readVerdict(value) };
  } catch (error) {
    const response = asRequestFailure(error)?.response;
    const verdict = response === undefined ? {} : readVerdict({ ...response, data: response.data });
    return { outcome: { kind: "error", error }, verdict };
  }
}

async function withTimeout<Answer>(
  stop: AbortSignal,
  run: (signal: AbortSignal) => Answer | Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController();
  const onStop = () => controller.abort(stop.reason);
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${timeout / 1_000} s`)), timeout);
  stop.addEventListener("abort", onStop, { once: true });
  if (stop.aborted) onStop();
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", onStop);
  }
}

/** Octokit's own log lines would hold URLs and bodies; errors carry what we need. */
function silent() {
  const ignore = () => undefined;
  return { debug: ignore, info: ignore, warn: ignore, error: ignore };
}
