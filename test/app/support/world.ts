import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import pino from "pino";
import { onTestFinished } from "vitest";
import type { AppOptions } from "../../../src/app/options.ts";
import { startForge } from "../../../src/forge/index.ts";
import { layAppKey } from "../../support/app-key.ts";

export const operatorToken = "operator-token-of-the-test";

/** The embedded forge with one repository, and an app installed on it. */
export async function startWorld(more: Partial<AppOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "coppice-app-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  await layAppKey(join(folder, "forge"));
  const forge = await startForge({ data: join(folder, "forge"), port: 0 });
  onTestFinished(() => forge.stop());
  forge.admin.ensureUser({ login: "octo", siteAdmin: true });
  await forge.admin.createRepository({ owner: "octo", name: "hello" });
  const credentials = await forge.admin.ensureApp({
    slug: "coppice",
    name: "Coppice",
    owner: "octo",
    permissions: { contents: "write", issues: "write", pull_requests: "write", checks: "write", metadata: "read" },
    events: ["issues", "issue_comment", "push", "pull_request"],
  });
  forge.admin.install("coppice", "octo", "all");
  const octokit = new Octokit({ auth: forge.admin.createToken("octo"), baseUrl: forge.apiUrl });
  const repository = { owner: "octo", repo: "hello" };
  const content = Buffer.from("# Hello\n").toString("base64");
  await octokit.repos.createOrUpdateFileContents({ ...repository, path: "README.md", message: "Begin", content });
  const lines: string[] = [];
  const options: AppOptions = {
    appId: credentials.id,
    privateKey: credentials.privateKey,
    webhookSecret: "the webhook's secret",
    apiUrl: forge.apiUrl,
    limits: "unlimited",
    host: "127.0.0.1",
    port: 0,
    dataFolder: join(folder, "app"),
    planner: "keywords",
    policyOverrides: {},
    operatorToken,
    log: pino({ level: "info" }, { write: (line: string) => void lines.push(line) }),
    ...more,
  };
  return { forge, options, lines, octokit, repository };
}

/** Has the forge deliver its webhooks to that front. */
export function deliverTo(url: string, { forge, options }: Pick<World, "forge" | "options">): void {
  forge.admin.updateAppWebhook("coppice", { url: `${url}/api/github/webhooks`, secret: options.webhookSecret });
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Waits for a condition on the forge, at most thirty seconds unless told otherwise. */
export async function eventually(what: string, condition: () => Promise<boolean>, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    if (await condition()) return;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}
