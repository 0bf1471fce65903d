import type { World } from "./world.ts";
import { operatorToken } from "./world.ts";

/** What the app's own process is told, on the forge of this world; nothing of ours is inherited. */
export function environmentOf({ options }: World): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    APP_ID: String(options.appId),
    PRIVATE_KEY: options.privateKey,
    WEBHOOK_SECRET: options.webhookSecret,
    GITHUB_API_URL: options.apiUrl,
    HOST: "127.0.0.1",
    PORT: "0",
    COPPICE_HUB_PORT: "0",
    COPPICE_DATA: options.dataFolder,
    COPPICE_OPERATOR_TOKEN: operatorToken,
    NO_SMEE_SETUP: "true",
    NODE_ENV: "production",
  };
}
