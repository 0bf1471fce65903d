import { z } from "zod";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Client } from "./client.ts";
import { parseAnswer } from "./client.ts";

const minute = 60_000;
/** An API token is renewed when less than this remains. */
const apiMargin = 5 * minute;
/** A git token is handed out only while this remains: a clone or push that starts now must end within it. */
export const gitMargin = 15 * minute;

const minted = z.object({ token: z.string().min(1), expires_at: z.string() });

/** Installation tokens, minted when needed and kept in memory only. */
export interface Tokens {
  /** For the API: everything the installation may do; one for all, since conditional requests and budgets go by it. */
  installation(id: number): Promise<string>;
  /** Forgets it: the forge refused it. */
  drop(id: number): void;
  /**
   * For git on one repository alone. Kept per repository and scope: a token of its own for each run would be a little
   * narrower in time, and cost one request per run of a quota that binds at a few hundred runs an hour. Both end within
   * the hour, and neither can do more than the other.
   */
  git(id: number, repository: RepositoryName, scope: "read" | "work"): Promise<string>;
}

interface Kept {
  readonly token: string;
  /** On the clock that never goes back. */
  readonly expiresAt: number;
}

/** Keeps tokens minted by the app; those who ask together wait for one mint. */
export function openTokens(app: Client, clock: Clock): Tokens {
  const kept = new Map<string, Promise<Kept>>();

  const get = async (key: string, margin: number, mint: () => Promise<Kept>): Promise<string> => {
    const seen = kept.get(key);
    const known = await seen;
    if (known !== undefined && known.expiresAt - clock.monotonic() >= margin) return known.token;
    // Nothing may wait between this look and `set`, or two would mint.
    const latest = kept.get(key);
    if (latest !== undefined && latest !== seen) return (await latest).token;
    const fresh = mint();
    kept.set(key, fresh);
    fresh.catch(() => kept.get(key) === fresh && kept.delete(key));
    return (await fresh).token;
  };

  return {
    installation: (id) => get(`${id}`, apiMargin, () => mint(app, clock, { installation_id: id })),
    drop: (id) => void kept.delete(`${id}`),
    git: (id, repository, scope) =>
      get(`${id} ${fullName(repository)} ${scope}`, gitMargin, () =>
        mint(app, clock, {
          installation_id: id,
          repositories: [repository.name],
          permissions: { contents: scope === "work" ? "write" : "read" },
        }),
      ),
  };
}

async function mint(app: Client, clock: Clock, parameters: Record<string, unknown>): Promise<Kept> {
  const route = "POST /app/installations/{installation_id}/access_tokens";
  // A token nobody got is a token nobody uses: minting may be repeated.
  const { data, headers } = await app.send({ route, parameters, idempotent: true, priority: "people" });
  const { token, expires_at } = parseAnswer(route, data, minted);
  // How long it lasts by the forge's own clock; ours may be wrong.
  const said = Date.parse(String(headers.date ?? ""));
  const lasts = Date.parse(expires_at) - (Number.isNaN(said) ? clock.now() : said);
  return { token, expiresAt: clock.monotonic() + lasts };
}
