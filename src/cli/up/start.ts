import { defaultWebhookPath } from "../../app/front.ts";
import type { App } from "../../app/start.ts";
import { startApp } from "../../app/start.ts";
import type { Forge } from "../../forge/index.ts";
import type { OperatorLimits } from "../../wire/config.ts";
import { announceUp } from "./client-file.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { adminLogin, readyForge } from "./forge-setup.ts";
import { fileLog } from "./logs.ts";
import type { ModelEnvironment } from "./options.ts";
import type { LocalRepository } from "./preflight.ts";
import { passTo } from "./webhook-door.ts";
import { workerEnvironment, workerFlags } from "./worker-settings.ts";
import { startWorkers } from "./workers.ts";

export interface UpOptions {
  readonly repository: LocalRepository;
  readonly dataFolder: string;
  readonly port: number;
  readonly workers: number;
  readonly planner: "auto" | "anthropic" | "keywords";
  readonly models: ModelEnvironment;
  /** Undefined: nobody works; plans can be made and approved. */
  readonly agent?: string;
  readonly sandbox: "bubblewrap" | "none";
  /** Sandboxed commands may use the network. */
  readonly network: boolean;
  readonly limits: OperatorLimits;
}

/** Where everything is, in the words of `--json`. */
export interface Ready {
  readonly url: string;
  readonly apiUrl: string;
  readonly gitUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** The admin's. */
  readonly token: string;
  readonly webhookSecret: string;
}

export interface Up {
  readonly ready: Ready;
  readonly forge: Forge;
  readonly app: App;
  /** An address that signs its first visitor in as the admin. */
  signIn(): string;
  /** Ends workers, app and forge, in this order, within 10 s. */
  stop(): Promise<void>;
}

/** Starts forge, app, hub and workers over one data folder; what an earlier `up` left there goes on. */
export async function startUp(options: UpOptions): Promise<Up> {
  const data = await openDataFolder(options.dataFolder);
  const running: (() => Promise<void>)[] = [() => data.release()];
  const stop = () => stopAll(running);
  try {
    return { ...(await startParts(options, data, running)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the parts in order; each that runs adds how it is stopped. */
async function startParts(options: UpOptions, data: DataFolder, running: (() => Promise<void>)[]) {
  const { repository } = options;
  let appUrl: string | undefined;
  const also = { [defaultWebhookPath]: passTo(() => appUrl, defaultWebhookPath) };
  const { forge, token, app: registered, tell } = await readyForge({ port: options.port, data, repository, also });
  running.push(() => forge.stop());
  const log = fileLog(`${data.path}/up.log`);
  const app = await startApp({
    ...appOptions(options, data),
    appId: registered.id,
    privateKey: registered.privateKey,
    apiUrl: forge.apiUrl,
    log,
  });
  running.push(() => app.stop());
  appUrl = app.url;
  tell(`${app.url}${defaultWebhookPath}`);
  const workers = await startWorkers({
    names: localNames(options),
    dataFolder: data.path,
    enrol: (name) => app.hub.enrol(name),
    environment: workerEnvironment({ ...options, hub: app.workerUrl }),
    flags: workerFlags(options),
  });
  running.push(() => workers.stop());
  const { url, apiUrl, gitUrl } = forge;
  const place = { apiUrl, owner: adminLogin, repo: repository.name, token };
  const { operatorToken } = data.secrets;
  running.push(await announceUp(data.path, { ...place, hubUrl: app.url, operatorToken }));
  const webhookSecret = data.secrets.webhookSecret;
  const ready: Ready = { ...place, url, gitUrl, webhookSecret };
  return { ready, forge, app, signIn: () => forge.admin.loginLink(adminLogin) };
}

function appOptions({ planner, models, agent, limits }: UpOptions, data: DataFolder) {
  const { apiKey, baseUrl, model } = models;
  return {
    webhookSecret: data.secrets.webhookSecret,
    operatorToken: data.secrets.operatorToken,
    limits: "unlimited",
    host: "127.0.0.1",
    port: 0,
    dataFolder: `${data.path}/app`,
    planner,
    anthropic: apiKey === undefined ? undefined : { apiKey, baseUrl, model },
    policyOverrides: limits,
    defaultAgent: agent,
  } as const;
}

function localNames({ agent, workers }: UpOptions): readonly string[] {
  return agent === undefined ? [] : Array.from({ length: workers }, (_, index) => `local-${index + 1}`);
}

/** The last started first; one that fails to stop does not keep the others running. */
async function stopAll(running: (() => Promise<void>)[]): Promise<void> {
  for (const stop of running.splice(0).reverse()) await stop().catch(() => undefined);
}
