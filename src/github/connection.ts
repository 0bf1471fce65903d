import { z } from "zod";
import type { BudgetLimits } from "../core/budget/limits.ts";
import { githubLimits } from "../core/budget/limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { AppCredentials } from "./app-client.ts";
import { openAppClient } from "./app-client.ts";
import type { BudgetTally } from "./budget.ts";
import { emptyTally, openBudget } from "./budget.ts";
import type { Client } from "./client.ts";
import { openClient } from "./client.ts";
import type { Deliveries } from "./deliveries.ts";
import { openDeliveries } from "./deliveries.ts";
import type { InstallationsOfApp } from "./installations.ts";
import { openInstallations } from "./installations.ts";
import { openTokens } from "./tokens.ts";
import type { ApiCounts, RouteUsage } from "./usage.ts";
import { countUsage } from "./usage.ts";

export interface ConnectionOptions extends AppCredentials {
  /** `https://api.github.com` unless told otherwise; a GitHub Enterprise Server's is `http(s)://host/api/v3`. */
  readonly baseUrl?: string;
  /** What one installation may ask; GitHub's own limits unless told otherwise (`unlimited` for the embedded forge). */
  readonly limits?: BudgetLimits;
  readonly clock: Clock;
  /** Ends every request and every wait. */
  readonly signal: AbortSignal;
}

/** The app's identity, as it appears on what it writes and commits. */
export interface Bot {
  /** `<slug>[bot]`. */
  readonly login: string;
  readonly name: string;
  /** `<id>+<slug>[bot]@users.noreply.github.com`: GitHub shows such commits as the app's. */
  readonly email: string;
}

/** One app on one GitHub: the way to all its repositories. */
export interface Connection {
  readonly installations: InstallationsOfApp;
  /** Asked once, then remembered. */
  bot(): Promise<Bot>;
  /** Requests and creations by route since the start. */
  usage(): readonly RouteUsage[];
  /** The same by plan, route and hour. */
  readonly counts: ApiCounts;
  readonly deliveries: Deliveries;
  /** How requests fared with the budgets. */
  budget(): Readonly<BudgetTally>;
}

const app = z.object({ slug: z.string() });
const user = z.object({ id: z.number() });

/** Connects without a request: the first use authenticates. */
export function connect(options: ConnectionOptions): Connection {
  const { clock, signal, limits = githubLimits } = options;
  const usage = countUsage(clock);
  const tally = emptyTally();
  const baseUrl = (options.baseUrl ?? "https://api.github.com").replace(/\/+$/, "");
  const shared = () => ({ baseUrl, usage, clock, signal, budget: openBudget({ limits, clock, signal, tally }) });
  const appClient = openAppClient(options, shared());
  const tokens = openTokens(appClient, clock);
  const login = remembered(async () => `${(await appClient.rest({ route: "GET /app" }, app)).slug}[bot]`);
  const openInstallation = (id: number): Client =>
    openClient({
      ...shared(),
      authorize: async () => `token ${await tokens.installation(id)}`,
      reauthorize: () => {
        tokens.drop(id);
        return true;
      },
    });
  const installations = openInstallations({ app: appClient, tokens, login, clock, signal, openInstallation });
  return {
    installations,
    bot: remembered(async () => describeBot(await login(), await installations.anyClient())),
    usage: usage.read,
    counts: { list: usage.list },
    deliveries: openDeliveries(appClient),
    budget: () => tally,
  };
}

/** Only an installation may look users up: the app's own signature is good for the app's own routes. */
async function describeBot(login: string, client: Client): Promise<Bot> {
  const { id } = await client.rest({ route: "GET /users/{username}", parameters: { username: login } }, user);
  return { login, name: login, email: `${id}+${login}@users.noreply.github.com` };
}

/** Asks once; a failure is forgotten, so that the next caller asks again. */
function remembered<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let known: Promise<Value> | undefined;
  return () => {
    if (known === undefined) {
      const asked = ask();
      known = asked;
      asked.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
}
