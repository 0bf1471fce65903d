import type { Octokit } from "@octokit/rest";
import { z } from "zod";
import type { BudgetApi } from "../core/budget/budget.ts";
import type { BudgetPriority } from "../core/budget/limits.ts";
import { CoppiceError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Part } from "./documents.ts";
import { compose } from "./documents.ts";
import { asRequestFailure, oneLine, toCoppiceError } from "./errors.ts";
import { isLimited } from "./limits.ts";
import { persist } from "./persist.ts";
import type { Hint, TransportOptions } from "./transport.ts";
import { openTransport } from "./transport.ts";

/** One REST request by GitHub's own route, e.g. `GET /repos/{owner}/{repo}/issues/{issue_number}`. */
export interface RestRequest {
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Statuses that are answers here, not errors. */
  readonly accept?: readonly number[];
  /** Things it creates, as the budget counts them. */
  readonly contents?: number;
  readonly priority?: BudgetPriority;
  /** May be sent again after an unknown outcome; everything but POST unless told otherwise. */
  readonly idempotent?: boolean;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** Documents of one kind that travel together; each answers under its own key (`partKey`). */
export interface GraphqlRequest {
  readonly parts: readonly Part[];
  readonly contents?: number;
  readonly priority?: BudgetPriority;
  /** Queries may be sent again anyway. */
  readonly idempotent?: boolean;
}

const graphqlError = z.object({
  type: z.string().optional(),
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
});
export type GraphqlError = z.infer<typeof graphqlError>;
const graphqlAnswer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(graphqlError).optional(),
});

export interface GraphqlAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  /** Some parts may have answered although others failed. */
  readonly errors: readonly GraphqlError[];
}

/** Requests as one installation (or as the app). All throw CoppiceError: forge-not-found, -refused, -limited, -unavailable. */
export interface Client {
  send(request: RestRequest): Promise<RestAnswer>;
  /** Sends and parses. */
  rest<Answer>(request: RestRequest, schema: z.ZodType<Answer>): Promise<Answer>;
  /** Undefined when it is not there (404, 410). */
  find<Answer>(request: RestRequest, schema: z.ZodType<Answer>): Promise<Answer | undefined>;
  /** Gives errors of single parts as values: other parts may have taken effect. */
  graphql(request: GraphqlRequest): Promise<GraphqlAnswer>;
  /** How long the forge shut this API, milliseconds. */
  closedFor(api: BudgetApi): number;
  /** How long mutations that create so many things would wait now, milliseconds. */
  delay(mutations: { readonly contents: number; readonly priority: BudgetPriority }): number;
}

export interface ClientOptions extends TransportOptions {
  readonly clock: Clock;
  /** The authorization was refused (401) at the forge's time `date`: true when another one is worth a try. */
  readonly reauthorize: (date: string | undefined) => boolean;
}

/** What a request with mutations costs, however many they are. */
const mutationPoints = 5;

/** Opens a client; its requests share one budget. */
export function openClient(options: ClientOptions): Client {
  const { budget, clock, signal, reauthorize } = options;
  const octokit = openTransport(options);
  const send = (request: RestRequest) => {
    const { route, idempotent = !route.startsWith("POST ") } = request;
    const attempt = () => sendOnce(octokit, request);
    return persist(() => renewing(attempt, reauthorize, route), { idempotent, clock, signal });
  };
  return {
    send,
    rest: async (request, schema) => parseAnswer(request.route, (await send(request)).data, schema),
    async find(request, schema) {
      const { status, data } = await send({ ...request, accept: [404, 410] });
      return status === 404 || status === 410 ? undefined : parseAnswer(request.route, data, schema);
    },
    graphql(request) {
      const operation = compose(request.parts);
      const route = `POST /graphql ${operation.name}`;
      const idempotent = operation.kind === "query" || request.idempotent === true;
      const attempt = () => graphqlOnce(octokit, { ...request, route, operation, url: graphqlUrl(options.baseUrl) });
      return persist(() => renewing(attempt, reauthorize, route), { idempotent, clock, signal });
    },
    closedFor: (api) => budget.closedFor(api),
    delay: (mutations) => budget.delay({ api: "graphql", points: mutationPoints, ...mutations }),
  };
}

/** Parses an answer; one that is not understood is as good as none. */
export function parseAnswer<Answer>(route: string, data: unknown, schema: z.ZodType<Answer>): Answer {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "(top)";
  throw new CoppiceError("forge-unavailable", `${route}: an answer that makes no sense at ${where}: ${issue?.message}`);
}

/** A part's failure as an error. */
export function graphqlFailure(route: string, error: GraphqlError): CoppiceError {
  const code =
    error.type === "NOT_FOUND"
      ? "forge-not-found"
      : /^Something went wrong/.test(error.message) || error.type === "INTERNAL"
        ? "forge-unavailable"
        : "forge-refused";
  return new CoppiceError(code, `${route}: ${oneLine(error.message)}`);
}

async function sendOnce(octokit: Octokit, request: RestRequest): Promise<RestAnswer> {
  const { route, parameters, accept = [], contents = 0, priority = "work" } = request;
  const reads = /^(GET|HEAD) /.test(route);
  const hint: Hint = { route, points: reads ? 1 : 5, contents, priority, reads };
  try {
    const { status, headers, data } = await octokit.request(route, { ...parameters, request: { hint } });
    return { status, headers: { ...headers }, data };
  } catch (error) {
    const response = asRequestFailure(error)?.response;
    if (
      response !== undefined &&
      accept.includes(response.status) &&
      !isLimited({ ...response, data: response.data })
    ) {
      return { ...response, data: response.data };
    }
    throw error;
  }
}

async function graphqlOnce(
  octokit: Octokit,
  request: GraphqlRequest & { route: string; url: string; operation: ReturnType<typeof compose> },
): Promise<GraphqlAnswer> {
  const { route, url, operation, contents = 0, priority = "work" } = request;
  const { query, variables, kind } = operation;
  const reads = kind === "query";
  const hint: Hint = { route, points: reads ? 1 : mutationPoints, contents, priority, reads };
  const response = await octokit.request({ method: "POST", url, query, variables, request: { hint } });
  const { data, errors = [] } = parseAnswer(route, response.data, graphqlAnswer);
  if (isLimited({ status: response.status, headers: {}, data: response.data })) {
    throw new CoppiceError("forge-limited", `${route}: ${oneLine(errors[0]?.message ?? "rate limited")}`, {
      cause: errors,
    });
  }
  const failures = errors.map((error) => graphqlFailure(route, error));
  const answered = Object.values(data ?? {}).some((value) => value !== null);
  const broken = failures.find(({ code }) => code === "forge-unavailable");
  if (broken !== undefined && !answered) throw broken;
  return { data: data ?? {}, errors };
}

/** Sends once more with a new authorization when the old one was refused: a token can be revoked before its time. */
async function renewing<Answer>(
  attempt: () => Promise<Answer>,
  reauthorize: ClientOptions["reauthorize"],
  route: string,
): Promise<Answer> {
  try {
    return await attempt();
  } catch (error) {
    const response = asRequestFailure(error)?.response;
    const date = response?.headers.date;
    if (response?.status === 401 && reauthorize(date === undefined ? undefined : String(date))) {
      return await attempt().catch((again) => Promise.reject(toCoppiceError(route, again)));
    }
    throw toCoppiceError(route, error);
  }
}

function graphqlUrl(baseUrl: string): string {
  return /\/api\/v3\/?$/.test(baseUrl)
    ? baseUrl.replace(/\/api\/v3\/?$/, "/api/graphql")
    : `${baseUrl.replace(/\/$/, "")}/graphql`;
}
