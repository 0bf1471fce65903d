import { createPublicKey, generateKeyPair } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { invalid } from "../http/errors.ts";
import type { App, AppWebhook, Permissions } from "../model/app.ts";
import { nodeId } from "../model/node-id.ts";
import { type Site, timeOf } from "../site.ts";
import { ensureAccount } from "./accounts.ts";

export interface NewApp {
  /** Lower-case letters, digits and dashes; the bot is `slug[bot]`. */
  readonly slug: string;
  readonly name: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly webhook?: AppWebhook;
  /** Login of the owner; made as a user when absent. `admin` unless given. */
  readonly owner?: string;
}

/** What an app's process needs to act as the app. */
export interface AppCredentials {
  readonly id: number;
  readonly slug: string;
  /** PEM; kept in the data folder, readable by its owner alone. */
  readonly privateKey: string;
  readonly botLogin: string;
}

/** The app of that slug: made, or brought to these permissions, events and webhook. */
export async function ensureApp(site: Site, options: NewApp): Promise<AppCredentials> {
  const { slug, owner = "admin" } = options;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,32}[a-z0-9])?$/.test(slug)) throw invalid(`${slug} cannot be an app's slug`);
  const privateKey = await ensureKey(site, slug);
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  const ownerId = ensureAccount(site, { login: owner }).id;
  const bot = ensureAccount(site, { login: `${slug}[bot]`, type: "Bot" });
  const app = site.store.transaction(() => putApp(site, options, { publicKey, ownerId, botId: bot.id }));
  return { id: app.id, slug, privateKey, botLogin: bot.login };
}

/** Tells the app's events to another address from now on. */
export function updateAppWebhook(site: Site, slug: string, webhook: AppWebhook): void {
  const { store } = site;
  store.transaction(() => {
    const app = store.apps.find("bySlug", [slug]);
    if (app === undefined) throw invalid(`there is no app ${slug}`);
    store.apps.put({ ...app, webhook, updatedAt: timeOf(site) });
  });
}

function putApp(site: Site, options: NewApp, made: Pick<App, "publicKey" | "ownerId" | "botId">): App {
  const { store } = site;
  const { slug, name, permissions, events, webhook } = options;
  const held = store.apps.find("bySlug", [slug]);
  const id = held?.id ?? store.nextId();
  const createdAt = held?.createdAt ?? timeOf(site);
  return store.apps.put({
    id,
    nodeId: nodeId("app", id),
    slug,
    name,
    permissions: { metadata: "read", ...permissions },
    events,
    webhook: webhook ?? held?.webhook,
    ...made,
    createdAt,
    updatedAt: timeOf(site),
  });
}

async function ensureKey(site: Site, slug: string): Promise<string> {
  const folder = join(site.data, "keys");
  const path = join(folder, `${slug}.pem`);
  const held = await readFile(path, "utf8").catch(() => undefined);
  if (held !== undefined) return held;
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const privateKey = pair.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Renamed into place whole, so that a kill never leaves half a key.
  await writeFile(`${path}.new`, privateKey, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return privateKey;
}
