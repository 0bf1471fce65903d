import type { Probot } from "probot";
import { readEnvironment } from "./environment.ts";
import { registerHandlers } from "./handlers/index.ts";
import { startApp } from "./start.ts";
import { stopOnSignal } from "./stop-on-signal.ts";

/** The app for `probot run`: Probot's server takes the webhooks, workers and the API are served on COPPICE_HUB_PORT. */
export default async (probot: Probot): Promise<void> => {
  const { logLevel: _, hubPort, ...environment } = readEnvironment(process.env);
  const app = await startApp({ ...environment, port: hubPort, limits: "github", policyOverrides: {}, log: probot.log });
  registerHandlers(probot, app.enqueue);
  // Probot's own server ends with the process; it holds nothing that the sweep would not find.
  stopOnSignal(app);
  probot.log.info({ workers: app.workerUrl }, "Workers connect here");
};
