import { z } from "zod";
import { CoppiceError } from "../core/errors.ts";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";
import type { Forge, Installations, ListedRepository } from "../ports/forge/forge.ts";
import type { Client } from "./client.ts";
import { openForge } from "./forge.ts";
import { allPages, allWrappedPages } from "./pages.ts";
import type { Tokens } from "./tokens.ts";

/** The app's installations, kept open until told that something changed. */
export interface InstallationsOfApp extends Installations {
  /** Forgets what is known of one repository, or of all: after webhooks about installations and renamed or changed repositories. */
  invalidate(repository?: RepositoryName): void;
  /** A client of any installation, rather of one that answers. Throws forge-not-found when the app is installed nowhere. */
  anyClient(): Promise<Client>;
}

export interface InstallationsOptions {
  /** Requests as the app itself. */
  readonly app: Client;
  readonly tokens: Tokens;
  /** The app's bot login. */
  readonly login: () => Promise<string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly openInstallation: (id: number) => Client;
}

const installation = z.object({
  id: z.number(),
  suspended_at: z.string().nullish(),
  account: z.object({ login: z.string().optional() }).nullish(),
});
const listedRepository = z.object({
  name: z.string(),
  owner: z.object({ login: z.string() }),
  archived: z.boolean().optional(),
  disabled: z.boolean().optional(),
  default_branch: z.string().optional(),
  clone_url: z.string().optional(),
});
const repositoryDetail = z.object({
  name: z.string(),
  owner: z.object({ login: z.string() }),
  node_id: z.string(),
  default_branch: z.string(),
  clone_url: z.string(),
  archived: z.boolean().optional(),
  disabled: z.boolean().optional(),
});

/** At most 10,000 installations, and as many repositories of each. */
const maxPages = 100;

/** Opens repositories on demand; each installation has one client and one budget. */
export function openInstallations(options: InstallationsOptions): InstallationsOfApp {
  const { app, openInstallation } = options;
  const clients = new Map<number, Client>();
  const forges = new Map<string, Promise<Forge | undefined>>();
  /** Those that could not be asked when they were last: an IP allow list may be in the way, or the account's rights. */
  const refusing = new Set<number>();

  const clientOf = (id: number): Client => {
    const client = clients.get(id) ?? openInstallation(id);
    clients.set(id, client);
    return client;
  };
  const listInstallations = async () => {
    const all = await allPages(app, { route: "GET /app/installations" }, { item: installation, maxPages });
    return all.filter(({ suspended_at }) => suspended_at === null || suspended_at === undefined);
  };

  return {
    async list(refused) {
      const names: ListedRepository[] = [];
      for (const { id, account } of await listInstallations()) {
        try {
          names.push(...(await listRepositories(clientOf(id))));
          refusing.delete(id);
        } catch (error) {
          refusing.add(id);
          if (refused === undefined) throw error;
          refused(account?.login ?? "", error);
        }
      }
      return names;
    },
    open(repository) {
      const key = fullName(repository).toLowerCase();
      const known = forges.get(key);
      if (known !== undefined) return known;
      const opened = open(options, repository, clientOf);
      forges.set(key, opened);
      // Absence is not remembered: the app may be installed there any moment.
      const forget = () => void (forges.get(key) === opened && forges.delete(key));
      opened.then((forge) => forge === undefined && forget(), forget);
      return opened;
    },
    invalidate(repository) {
      if (repository === undefined) forges.clear();
      else forges.delete(fullName(repository).toLowerCase());
    },
    async anyClient() {
      const all = await listInstallations();
      const first = all.find(({ id }) => !refusing.has(id)) ?? all[0];
      if (first === undefined) throw new CoppiceError("forge-not-found", "the app is not installed anywhere yet");
      return clientOf(first.id);
    },
  };
}

async function listRepositories(client: Client): Promise<ListedRepository[]> {
  const route = "GET /installation/repositories";
  const found = await allWrappedPages(client, { route }, { item: listedRepository, key: "repositories", maxPages });
  return found
    .filter(({ archived, disabled }) => archived !== true && disabled !== true)
    .map(({ owner, name, default_branch: defaultBranch, clone_url: gitUrl }) => ({
      ...{ owner: owner.login, name },
      ...(defaultBranch === undefined || gitUrl === undefined ? {} : { defaultBranch, gitUrl }),
    }));
}

async function open(
  options: InstallationsOptions,
  { owner, name }: RepositoryName,
  clientOf: (id: number) => Client,
): Promise<Forge | undefined> {
  const parameters = { owner, repo: name };
  const found = await options.app.find({ route: "GET /repos/{owner}/{repo}/installation", parameters }, installation);
  if (found === undefined || typeof found.suspended_at === "string") return undefined;
  const client = clientOf(found.id);
  const detail = await client.find({ route: "GET /repos/{owner}/{repo}", parameters }, repositoryDetail);
  // Nothing can be written there.
  if (detail === undefined || detail.archived === true || detail.disabled === true) return undefined;
  const repository = { owner: detail.owner.login, name: detail.name };
  return openForge({
    client,
    clock: options.clock,
    signal: options.signal,
    repository,
    nodeId: detail.node_id,
    botLogin: await options.login(),
    defaultBranch: detail.default_branch,
    gitUrl: detail.clone_url,
    gitToken: (scope) => options.tokens.git(found.id, repository, scope),
  });
}
