import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import type { BudgetLimits } from "../../../src/core/budget/limits.ts";
import { unlimited } from "../../../src/core/budget/limits.ts";
import type { Forge as EmbeddedForge } from "../../../src/forge/index.ts";
import { startForge } from "../../../src/forge/index.ts";
import { connect } from "../../../src/github/connection.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Forge } from "../../../src/ports/forge/forge.ts";
import { layAppKey } from "../../support/app-key.ts";
import type { LosingProxy } from "../../support/losing-proxy.ts";
import { startLosingProxy } from "../../support/losing-proxy.ts";

/** The embedded forge with one repository, `ada` who owns it, and the app's view of it through a proxy that can lose things. */
export interface EmbeddedWorld {
  readonly folder: string;
  readonly embedded: EmbeddedForge;
  /** The bare repository on the forge's disk. */
  readonly repository: string;
  readonly ada: Octokit;
  readonly proxy: LosingProxy;
  /** The adapter, over the proxy. */
  readonly forge: Forge;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Where everything happens. */
export const place = { owner: "ada", repo: "sample" };

export interface WorldOptions {
  /** The app's, and the workers'. */
  readonly clock: Clock;
  readonly limits?: BudgetLimits;
  /** The forge's own; the machine's unless told otherwise. */
  readonly forgeClock?: Clock;
}

export async function openEmbeddedWorld(options: WorldOptions): Promise<EmbeddedWorld> {
  const { clock, limits = unlimited, forgeClock } = options;
  const folder = await mkdtemp(join(tmpdir(), "coppice-chaos-"));
  await layAppKey(join(folder, "forge"));
  const embedded = await startForge({ data: join(folder, "forge"), port: 0, clock: forgeClock });
  const { admin } = embedded;
  admin.ensureUser({ login: "ada", siteAdmin: true });
  const permissions = { contents: "write", issues: "write", pull_requests: "write", checks: "write" } as const;
  const app = await admin.ensureApp({ slug: "coppice", name: "Coppice", permissions, events: [] });
  admin.install("coppice", "ada", "all");
  const ada = new Octokit({ baseUrl: embedded.apiUrl, auth: admin.createToken("ada"), log: silent });
  await ada.repos.createForAuthenticatedUser({ name: place.repo, auto_init: true });
  const proxy = await startLosingProxy(embedded.url);
  const stopping = new AbortController();
  const { id: appId, privateKey } = app;
  const baseUrl = `${proxy.url}/api/v3`;
  const connection = connect({ appId, privateKey, baseUrl, limits, clock, signal: stopping.signal });
  const forge = await connection.installations.open({ owner: place.owner, name: place.repo });
  if (forge === undefined) throw new Error("the app is not installed");
  const repositories = join(folder, "forge/repositories");
  const [name = ""] = await readdir(repositories);
  const close = async () => {
    stopping.abort(new Error("the world is over"));
    await proxy.close();
    await embedded.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { folder, embedded, repository: join(repositories, name), ada, proxy, forge, clock, close };
}

const ignore = () => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
