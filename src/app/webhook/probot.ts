import pino from "pino";
import { Probot, ProbotOctokit } from "probot";
import { registerHandlers } from "../handlers/index.ts";
import type { Enqueue } from "../work.ts";
import type { WebhookEvent } from "./delivery.ts";

export interface ProbotOptions {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly apiUrl: string;
  readonly enqueue: Enqueue;
}

/** Probot as the router of events. It makes no requests of its own: all of them go through the installation's budget. */
export async function startProbot(options: ProbotOptions): Promise<(event: WebhookEvent) => Promise<void>> {
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    baseUrl: options.apiUrl,
    Octokit: PlainOctokit,
    // Probot's error lines carry whole payloads: failures come back from `receive` and are logged by the front.
    log: pino({ level: "silent" }),
  });
  await probot.ready();
  await probot.load((app) => registerHandlers(app, options.enqueue));
  return (event) => probot.receive(event);
}

/** One is made per event: without the throttle and retries it would never use. Only the function form turns them off. */
const PlainOctokit = ProbotOctokit.defaults((options: NonNullable<ConstructorParameters<typeof ProbotOctokit>[0]>) => ({
  ...options,
  throttle: { ...options.throttle, enabled: false },
  retry: { ...options.retry, enabled: false },
}));
