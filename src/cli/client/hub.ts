import { z } from "zod";
import type { ApiCount } from "../../core/budget/api-counts.ts";
import { CoppiceError } from "../../core/errors.ts";
import type { Explanation } from "../../core/queue/explain.ts";
import type { TaskProgress } from "../../core/queue/progress.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { RepositoryPreview } from "../../reconciler/preview.ts";
import { repositoryPreview } from "./preview.ts";

/** Longest wait for one answer of the hub, milliseconds; of one that reads the forge first. */
const timeout = 10_000;
const longTimeout = 60_000;

const key = z.custom<TaskKey>((value) => typeof value === "string" && /^T[1-9]\d*$/.test(value));
const taskProgress = z.object({
  key,
  title: z.string(),
  state: z.enum([
    "planned",
    "queued",
    "running",
    "review",
    "merged",
    "done",
    "dropped",
    "failed",
    "paused",
    "blocked",
  ]) satisfies z.ZodType<TaskProgress["state"]>,
  ready: z.boolean(),
  moves: z.literal(true).optional(),
  issue: z.number().optional(),
  pull: z.object({ number: z.number(), url: z.string() }).optional(),
  worker: z.string().optional(),
  agent: z.string().optional(),
  attempt: z.number().optional(),
  attempts: z.number(),
  line: z.string(),
}) satisfies z.ZodType<TaskProgress>;

const plans = z.object({
  plans: z.array(
    z.object({
      repository: z.string(),
      issue: z.number(),
      goal: z.string(),
      status: z.object({ kind: z.enum(["draft", "approved", "cancelled", "done"]) }),
      progress: z.array(taskProgress),
    }),
  ),
});
const explained = z.object({
  plan: z.number(),
  tasks: z.array(
    z.object({
      key,
      title: z.string(),
      issue: z.number().optional(),
      state: taskProgress.shape.state,
      rule: z.string(),
      line: z.string(),
      behind: z.array(z.object({ key, state: taskProgress.shape.state, line: z.string() })),
      place: z.object({ position: z.number(), of: z.number() }).optional(),
      workers: z.array(z.object({ worker: z.string(), why: z.string() })).optional(),
      help: z.array(z.string()),
    }) satisfies z.ZodType<Explanation>,
  ),
});
const absent = z.object({ error: z.string() }).transform(() => undefined);
const workers = z.object({
  workers: z.array(
    z.object({
      id: z.string(),
      connected: z.boolean(),
      slots: z.number(),
      free: z.number(),
      draining: z.boolean(),
      agents: z.array(z.string()).optional(),
    }),
  ),
});
const usage = z.object({
  counts: z.array(
    z.object({
      hour: z.string(),
      route: z.string(),
      requests: z.number(),
      contents: z.number(),
      unchanged: z.number().optional(),
      joined: z.number().optional(),
      plan: z.object({ repository: z.string(), issue: z.number() }).optional(),
    }) satisfies z.ZodType<ApiCount>,
  ),
});
const enrolled = z.object({ token: z.string() });

/** A task as the hub reports it. */
export type ReportedTask = z.infer<typeof taskProgress>;
/** A plan as the hub lists it. */
export type ListedPlan = z.infer<typeof plans>["plans"][number];
/** A plan's tasks with why each is where it is. */
export type ExplainedTasks = z.infer<typeof explained>;
export type ListedWorker = z.infer<typeof workers>["workers"][number];

/** The hub's API with the operator's token. All throw CoppiceError: forge-unavailable when it does not answer, bad-input for a wrong token. */
export interface HubClient {
  /** `http://host:port`. */
  readonly url: string;
  plans(): Promise<readonly ListedPlan[]>;
  workers(): Promise<readonly ListedWorker[]>;
  /** By a plan's issue or a task's; `repository` is `owner/name`. Undefined while the plan has not been looked at. */
  explain(repository: string, issue: number): Promise<ExplainedTasks | undefined>;
  /** What the next look at a plan of `owner/name` would do, or at every plan; undefined where there is none such. */
  preview(repository: string, plan?: number): Promise<RepositoryPreview | undefined>;
  /** What was asked of the forge's API in the latest hours: by the whole hub, or for one plan of `owner/name`. */
  usage(of?: { readonly repository: string; readonly plan: number }): Promise<readonly ApiCount[]>;
  /** Gives the worker's token. */
  enrol(name: string): Promise<string>;
}

export function openHub(url: string, operatorToken: string, signal: AbortSignal): HubClient {
  const ask = async <Answer>(
    path: string,
    schema: z.ZodType<Answer>,
    { body, patience = timeout }: { readonly body?: object; readonly patience?: number } = {},
  ): Promise<Answer> => {
    const { status, text } = await fetch(new URL(path, url), {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${operatorToken}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    })
      .then(async (answer) => ({ status: answer.status, text: await answer.text() }))
      .catch((cause) => {
        signal.throwIfAborted();
        throw away(url, `no answer (${reason(cause)})`, cause);
      });
    if (status === 401) throw new CoppiceError("bad-input", `the hub at ${url} does not accept this token`);
    const parsed = schema.safeParse(parseJson(text));
    // Where a schema knows what the absence of something looks like, that is an answer.
    if ((status < 300 || status === 404) && parsed.success) return parsed.data;
    throw away(url, `it answered ${status} to ${path}`);
  };
  return {
    url,
    plans: async () => (await ask("/api/plans", plans)).plans,
    workers: async () => (await ask("/api/workers", workers)).workers,
    explain: (repository, issue) => ask(`/api/plans/${repository}/${issue}/explain`, explained.or(absent)),
    preview(repository, plan) {
      const of = plan === undefined ? "" : `/${plan}`;
      return ask(`/api/plans/${repository}${of}/preview`, repositoryPreview.or(absent), { patience: longTimeout });
    },
    async usage(of) {
      const query = of === undefined ? "" : `?${new URLSearchParams({ ...of, plan: String(of.plan) })}`;
      return (await ask(`/api/usage${query}`, usage)).counts;
    },
    enrol: async (name) => (await ask("/api/workers", enrolled, { body: { name } })).token,
  };
}

/** In the words in which a forge is away: to whoever reads it they are one thing. */
function away(url: string, why: string, cause?: unknown): CoppiceError {
  return new CoppiceError("forge-unavailable", `the hub at ${url} cannot be reached: ${why}`, { cause });
}

/** Why `fetch` failed is in its error's cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown reason";
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
