import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Actor } from "../access/actor.ts";
import { forbidden } from "../http/errors.ts";
import type { Account } from "../model/account.ts";
import type { Site } from "../site.ts";

const cookieName = "forge_session";
/** How long a browser stays signed in. Seconds. */
const lifetime = 7 * 24 * 3600;
/** How long an unused one-time link works. Milliseconds. */
const codeLifetime = 24 * 3600 * 1000;

/** Who the browser's cookie says is asking; a cookie that proves nothing is nobody. */
export async function cookieActor(site: Site, headers: Headers): Promise<Actor> {
  const [id = "", expires = "", nonce = "", seal = ""] = cookie(headers).split(".");
  const genuine = same(seal, sign(site, `session ${id}.${expires}.${nonce}`));
  const account = genuine && Number(expires) > Date.now() / 1000 ? site.store.accounts.get(Number(id)) : undefined;
  const nobody = account === undefined || account.suspendedAt !== undefined;
  return nobody ? { kind: "anonymous" } : { kind: "user", account };
}

/** The `Set-Cookie` that signs the account in: no script reads it, no other site's request carries it. */
export function sessionCookie(site: Site, account: Account): string {
  const text = `${account.id}.${Math.floor(Date.now() / 1000) + lifetime}.${randomBytes(12).toString("base64url")}`;
  return `${cookieName}=${text}.${sign(site, `session ${text}`)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${lifetime}`;
}

/** The `Set-Cookie` that signs out. */
export const noSessionCookie = `${cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;

/** What a form of ours carries to prove that this session's page made it. */
export function formToken(site: Site, headers: Headers): string {
  return sign(site, `form ${cookie(headers)}`);
}

/** Refuses a post that another site's page, or none of ours, made. */
export function checkForm(site: Site, headers: Headers, form: URLSearchParams): void {
  checkOrigin(headers);
  if (!same(form.get("form") ?? "", formToken(site, headers))) {
    throw forbidden("This form is from another session. Reload the page and try again.");
  }
}

/** Browsers say which site a post comes from; what is no browser says nothing. */
export function checkOrigin(headers: Headers): void {
  const origin = headers.get("origin");
  if (origin !== null && URL.parse(origin)?.host !== headers.get("host"))
    throw forbidden("Forms of other sites are refused.");
}

/** An address that signs its first visitor in as this account, once, within a day and while the forge runs. */
export function loginLink(site: Site, account: Account): string {
  const code = randomBytes(24).toString("base64url");
  const held = codes.get(site) ?? new Map<string, Code>();
  codes.set(site, held);
  for (const [old, { expires }] of held) if (expires < Date.now()) held.delete(old);
  held.set(code, { accountId: account.id, expires: Date.now() + codeLifetime });
  return `${site.url}/login?code=${code}`;
}

/** The account of a one-time code, which is then used up. */
export function redeem(site: Site, code: string): Account | undefined {
  const found = codes.get(site)?.get(code);
  codes.get(site)?.delete(code);
  return found === undefined || found.expires < Date.now() ? undefined : site.store.accounts.get(found.accountId);
}

interface Code {
  readonly accountId: number;
  readonly expires: number;
}

const codes = new WeakMap<Site, Map<string, Code>>();
const keys = new WeakMap<Site, Buffer>();

function sign(site: Site, text: string): string {
  const key = keys.get(site) ?? sessionKey(site.data);
  keys.set(site, key);
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** The key that seals sessions; kept, so that a restart signs nobody out. What is no key (a torn write) is replaced. */
function sessionKey(data: string): Buffer {
  const path = join(data, "session-key");
  const held = existsSync(path) ? Buffer.from(readFileSync(path, "utf8"), "hex") : Buffer.alloc(0);
  if (held.length === keySize) return held;
  const key = randomBytes(keySize);
  writeFileSync(path, key.toString("hex"), { mode: 0o600 });
  return key;
}

const keySize = 32;

function same(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function cookie(headers: Headers): string {
  return new RegExp(`(?:^|;\\s*)${cookieName}=([^;]*)`).exec(headers.get("cookie") ?? "")?.[1] ?? "";
}
