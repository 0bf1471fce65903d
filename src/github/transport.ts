import { setMaxListeners } from "node:events";
import { Octokit } from "@octokit/rest";
import { z } from "zod";
import type { BudgetRequest } from "../core/budget/budget.ts";
import { budgetPriorities } from "../core/budget/limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { Answered, Budget } from "./budget.ts";
import { asRequestFailure } from "./errors.ts";
import { joinReads } from "./joined-reads.ts";
import { keepAnswers } from "./kept-answers.ts";
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
  /** Changes nothing: it may share the answer to one just like it. */
  readonly reads: boolean;
}

const hint = z.object({
  route: z.string(),
  points: z.number(),
  contents: z.number(),
  priority: z.enum(budgetPriorities),
  reads: z.boolean(),
}) satisfies z.ZodType<Hint>;

export interface TransportOptions {
  /** `https://api.github.com`, or `http(s)://host/api/v3`. */
  readonly baseUrl: string;
  /** The value of the authorization header, asked for each request. */
  readonly authorize: () => Promise<string>;
  readonly budget: Budget;
  readonly usage: UsageCounter;
  readonly clock: Pick<Clock, "monotonic">;
  readonly signal: AbortSignal;
}

type Options = Parameters<Octokit["request"]["endpoint"]["parse"]>[0];
type Response = Awaited<ReturnType<Octokit["request"]>>;

/**
 * An Octokit whose every request is authorized, counted, held to the budget and ended after 30 s. Identical reads that are
 * asked at once are sent once, and what REST gave with an ETag is asked for with it.
 */
export function openTransport({ baseUrl, authorize, budget, usage, clock, signal }: TransportOptions): Octokit {
  // Every request under way listens to it; the budget bounds them.
  setMaxListeners(0, signal);
  const octokit = new Octokit({ baseUrl, userAgent: "coppice", log: silent() });
  const joins = joinReads<Response>(clock);
  const kept = keepAnswers<Response>();
  octokit.hook.wrap("request", async (request, options) => {
    const known = hint.parse(options.request.hint);
    // Before the budget: a token that must be fetched first takes none of this request's room.
    const authorization = await authorize();
    const address = { authorization, key: keyOf(octokit, options) };
    const api = options.url.endsWith("/graphql") ? "graphql" : "rest";
    const send = (more: object) =>
      withTimeout(signal, (ending) => {
        // In place: hooks further in were bound to this very object and see no other.
        options.headers = { ...options.headers, ...more, authorization };
        options.request = { ...options.request, signal: ending };
        return request(options);
      });
    const isConditional = known.reads && api === "rest";
    const ask = async () => (isConditional ? kept.ask(address, send) : { answer: await send({}), isUnchanged: false });
    const perform = (leaves: () => void) =>
      budget.perform({ ...known, api }, () => {
        leaves();
        usage.count(known.route, known.contents);
        return answered(ask(), () => usage.note(known.route, "unchanged"));
      });
    if (!known.reads) return perform(() => undefined).finally(joins.wrote);
    const like = { key: `${authorization} ${address.key}`, priority: known.priority };
    const { answer, isJoined } = await joins.read(like, perform);
    if (isJoined) usage.note(known.route, "joined");
    return answer;
  });
  return octokit;
}

/** What is asked, by whomever: method, address, body. */
function keyOf(octokit: Octokit, options: Options): string {
  const { method, url, headers, body } = octokit.request.endpoint.parse(options);
  return [method, url, headers.accept, body === undefined ? "" : JSON.stringify(body)].join(" ");
}

async function answered<Answer extends LimitedAnswer>(
  asked: Promise<{ readonly answer: Answer; readonly isUnchanged: boolean }>,
  unchanged: () => void,
): Promise<Answered<Answer>> {
  try {
    const { answer, isUnchanged } = await asked;
    if (isUnchanged) unchanged();
    return { outcome: { kind: "value", value: answer }, verdict: { ...readVerdict(answer), isFree: isUnchanged } };
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
