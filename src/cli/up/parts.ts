import { defaultWebhookPath } from "../../app/front.ts";
import { startApp } from "../../app/start.ts";
import { announceUp } from "./client-file.ts";
import type { DataFolder } from "./data-folder.ts";
import { adminLogin, readyForge } from "./forge-setup.ts";
import { fileLog } from "./logs.ts";
import type { Ready, UpOptions } from "./start.ts";
import { passTo } from "./webhook-door.ts";
import { workerEnvironment, workerFlags } from "./worker-settings.ts";
import { startWorkers } from "./workers.ts";

/** Starts the parts in order; each that runs adds how it is stopped. */
export async function startParts(options: UpOptions, data: DataFolder, running: (() => Promise<void>)[]) {
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
  // Only now that everything is up: what fails is to be the work, not the start.
  if (options.faults !== undefined) forge.admin.setFaults(options.faults);
  const webhookSecret = data.secrets.webhookSecret;
  const ready: Ready = { ...place, url, gitUrl, webhookSecret };
  return { ready, forge, app, signIn: () => forge.admin.loginLink(adminLogin) };
}

function appOptions({ planner, models, agent, limits, faults }: UpOptions, data: DataFolder) {
  const { apiKey, baseUrl, model } = models;
  return {
    webhookSecret: data.secrets.webhookSecret,
    operatorToken: data.secrets.operatorToken,
    // Who is told of limits keeps them by itself.
    limits: faults?.limits === undefined ? "unlimited" : "github",
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
