import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { PlanState } from "../core/plan/plan.ts";
import type { TaskProgress } from "../core/queue/progress.ts";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { Dispatch } from "../ports/dispatch.ts";
import type { Log } from "../ports/log.ts";
import { workerName } from "../wire/frames/frames.ts";
import { bearerToken } from "./endpoint.ts";
import { createEventStreams } from "./event-stream.ts";
import type { HubEvents } from "./events.ts";
import type { ExplainPlan } from "./explain-route.ts";
import { explainRoute } from "./explain-route.ts";
import type { HostCounts, Metrics } from "./metrics.ts";
import type { PreviewPlans } from "./preview-route.ts";
import { previewRoute } from "./preview-route.ts";
import type { KnownRun } from "./state.ts";
import { runView } from "./state.ts";
import { usageRoute } from "./usage-route.ts";

/** One plan as the API lists it. */
export interface PlanListing {
  readonly repository: RepositoryName;
  readonly state: PlanState;
  /** How far its tasks were at the last look. */
  readonly progress: readonly (TaskProgress & { readonly title: string })[];
}

export interface ApiOptions {
  readonly hub: Pick<Dispatch, "workers"> & {
    readonly enrol: (name: string) => Promise<string>;
    readonly log: (run: string) => string | undefined;
    readonly events: HubEvents;
  };
  readonly runs: () => readonly KnownRun[];
  readonly plans: () => Promise<readonly PlanListing[]>;
  readonly explain?: ExplainPlan;
  readonly preview?: PreviewPlans;
  readonly failing?: () => number;
  readonly counts?: HostCounts;
  readonly metrics: Metrics;
  readonly operatorToken: string;
  readonly log: Log;
  /** Ends the event streams. */
  readonly stopping: AbortSignal;
}

const smallBody = bodyLimit({
  maxSize: 16 * 1024,
  onError: (context) => context.json({ error: "the body is too large" }, 413),
});

const enrolment = z.strictObject({ name: workerName });

/** The JSON API: everything under `/api` wants the operator's token, `/metrics` too from anywhere but this machine; `/healthz` tells only counts. */
export function createApi(options: ApiOptions): Hono {
  const { hub } = options;
  const api = new Hono();
  api.get("/healthz", (context) => {
    const connected = hub.workers().filter((worker) => worker.connected).length;
    const failing = options.failing?.() ?? 0;
    const counts = { workers: connected, runs: options.runs().length, ...(failing === 0 ? {} : { failing }) };
    // Always 200: the others are looked after, and a restart would not mend this one.
    return context.json({ ok: failing === 0, ...counts });
  });
  const operator = operatorOnly(options.operatorToken);
  api.use("/api/*", operator);
  api.get("/metrics", async (context) => {
    const refusal = isLocal(context) ? undefined : await operator(context, async () => undefined);
    if (refusal) return refusal;
    return context.body(await options.metrics.read(), 200, { "content-type": options.metrics.contentType });
  });
  api.get("/api/usage", (context) => usageRoute(context, options.counts?.api));
  api.get("/api/workers", (context) => context.json({ workers: hub.workers() }));
  api.post("/api/workers", smallBody, async (context) => {
    const wanted = enrolment.safeParse(await context.req.json().catch(() => undefined));
    if (!wanted.success) return context.json({ error: enrolmentError(wanted.error) }, 400);
    const { name } = wanted.data;
    return context.json({ name, token: await hub.enrol(name) }, 201);
  });
  api.get("/api/runs", (context) => context.json({ runs: options.runs().map(listedRun) }));
  api.get("/api/runs/:run/log", (context) => {
    const text = hub.log(context.req.param("run"));
    if (text === undefined) return context.json({ error: "no log of this run is kept here" }, 404);
    return context.text(text, 200, { "x-content-type-options": "nosniff" });
  });
  api.get("/api/plans", async (context) => context.json({ plans: (await options.plans()).map(listedPlan) }));
  api.get("/api/plans/:owner/:name/:issue/explain", (context) => explainRoute(context, options.explain));
  api.get("/api/plans/:owner/:name/preview", (context) => previewRoute(context, options.preview));
  api.get("/api/plans/:owner/:name/:issue/preview", (context) => previewRoute(context, options.preview));
  const streams = createEventStreams(hub.events, options.stopping);
  api.get("/api/events", (context) => streams.open(context));
  api.notFound((context) => context.json({ error: `nothing is served at ${context.req.path}` }, 404));
  api.onError((error, context) => {
    options.log.error({ path: context.req.path, error: error.message }, "An API request failed");
    const expected = error instanceof CoppiceError;
    return context.json(
      { error: expected ? error.message : "the request failed; the log says why" },
      expected ? 502 : 500,
    );
  });
  return api;
}

function operatorOnly(operatorToken: string): MiddlewareHandler {
  const wanted = digest(operatorToken);
  return async (context, next) => {
    const given = bearerToken(context.req.header("authorization"));
    if (given === undefined || !timingSafeEqual(digest(given), wanted)) {
      const error = "Authorization: Bearer <operator token> is missing or wrong";
      return context.json({ error }, 401, { "www-authenticate": "Bearer" });
    }
    return next();
  };
}

/**
 * Whoever asks from this machine, by one of its own names: a site whose name was made to resolve here would ask through a
 * visitor's browser. A proxy on it says for whom it asks, or asks for the world.
 */
function isLocal(context: Context): boolean {
  const host = context.req.header("host")?.replace(/:\d+$/, "") ?? "";
  if (!/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host)) return false;
  const forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].some((name) => context.req.header(name));
  const { data } = z
    .object({ incoming: z.object({ socket: z.object({ remoteAddress: z.string() }) }) })
    .safeParse(context.env);
  return !forwarded && /^(127\.|::1$|::ffff:127\.)/.test(data?.incoming.socket.remoteAddress ?? "");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function enrolmentError(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "body"}: ${issue?.message ?? "invalid"}; expected {"name": "<worker>"}`;
}

function listedRun(run: KnownRun) {
  return { ...runView(run), repository: fullName(run.repository), plan: run.plan };
}

function listedPlan({ repository, state, progress }: PlanListing) {
  const { record, plan, hash, folded } = state;
  const { issue, revision, status, tasks } = record;
  return {
    repository: fullName(repository),
    issue,
    revision,
    hash,
    status,
    goal: plan.goal,
    tasks: plan.tasks,
    issues: tasks,
    progress,
    folded,
  };
}
