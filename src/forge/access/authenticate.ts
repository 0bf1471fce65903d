import { decodeJwt, importSPKI, jwtVerify } from "jose";
import { badCredentials, forbidden, HttpError } from "../http/errors.ts";
import type { App } from "../model/app.ts";
import type { InstallationToken } from "../model/token.ts";
import type { Site } from "../site.ts";
import type { Actor } from "./actor.ts";
import { hashToken } from "./secrets.ts";

/** Reads `Authorization` (bearer, token, or basic with the token as password); 401 when it proves nothing. */
export async function authenticate(site: Site, header: string | null): Promise<Actor> {
  if (header === null || header === "") return { kind: "anonymous" };
  const credential = credentialOf(header);
  if (credential === undefined) throw badCredentials();
  return credential.split(".").length === 3 && !credential.startsWith("gh")
    ? await appActor(site, credential)
    : tokenActor(site, credential);
}

function credentialOf(header: string): string | undefined {
  const [scheme = "", rest = ""] = header.split(/\s+/, 2);
  if (/^(bearer|token)$/i.test(scheme)) return rest;
  if (!/^basic$/i.test(scheme)) return undefined;
  const [user = "", ...password] = Buffer.from(rest, "base64").toString("utf8").split(":");
  // git sends the token as password; some clients put it in the user name.
  return password.join(":") || user;
}

function tokenActor(site: Site, credential: string): Actor {
  const token = site.store.tokens.find("byHash", [hashToken(credential)]);
  if (token === undefined) throw badCredentials();
  if (token.kind === "installation") return installationActor(site, token);
  const account = site.store.accounts.get(token.accountId);
  if (account === undefined) throw badCredentials();
  if (account.suspendedAt !== undefined) throw forbidden("Sorry. Your account was suspended.");
  return { kind: "user", account };
}

function installationActor({ store, clock }: Site, token: InstallationToken): Actor {
  const installation = store.installations.get(token.installationId);
  const app = store.apps.get(installation?.appId ?? 0);
  const account = store.accounts.get(app?.botId ?? 0);
  if (installation === undefined || app === undefined || account === undefined) throw badCredentials();
  if (Date.parse(token.expiresAt) <= clock.now()) throw badCredentials();
  const { repositories, permissions } = token;
  return { kind: "installation", app, installation, account, repositories, permissions };
}

async function appActor(site: Site, credential: string): Promise<Actor> {
  const app = issuer(site, credential);
  const key = await importSPKI(app.publicKey, "RS256");
  const claims = await jwtVerify(credential, key, {
    algorithms: ["RS256"],
    clockTolerance: 60,
    currentDate: new Date(site.clock.now()),
  }).then(
    (verified) => verified.payload,
    (cause: unknown) => {
      throw new HttpError(401, unreadable(cause));
    },
  );
  const { exp = 0, iat = 0 } = claims;
  const now = site.clock.now() / 1000;
  // GitHub allows ten minutes; a minute more for clocks that disagree.
  if (exp - now > 660) {
    throw new HttpError(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (iat - now > 60) {
    throw new HttpError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  return { kind: "app", app };
}

function issuer(site: Site, credential: string): App {
  try {
    // The issuer is the app's number, or its client id, which ends in the number.
    const number = /^(?:Iv23li)?(\d+)$/.exec(String(decodeJwt(credential).iss))?.[1];
    const app = site.store.apps.get(Number(number));
    if (app !== undefined) return app;
  } catch {
    throw new HttpError(401, unreadable(undefined));
  }
  throw new HttpError(404, "Integration not found");
}

function unreadable(cause: unknown): string {
  const expired = cause instanceof Error && "code" in cause && cause.code === "ERR_JWT_EXPIRED";
  return expired
    ? "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
    : "A JSON web token could not be decoded";
}
