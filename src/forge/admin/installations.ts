import { invalid } from "../http/errors.ts";
import type { Installation } from "../model/app.ts";
import { type Site, timeOf } from "../site.ts";

/** Installs the app on the owner's account for all or the named repositories; again, it sets what it covers. */
export function install(site: Site, slug: string, owner: string, names: "all" | readonly string[]): Installation {
  const { store } = site;
  return store.transaction(() => {
    const app = store.apps.find("bySlug", [slug]);
    const account = store.accounts.find("byLogin", [owner.toLowerCase()]);
    if (app === undefined) throw invalid(`there is no app ${slug}`);
    if (account === undefined) throw invalid(`there is no account ${owner}`);
    const held = store.installations.find("byAccount", [account.id, app.id]);
    return store.installations.put({
      id: held?.id ?? store.nextId(),
      appId: app.id,
      accountId: account.id,
      repositories: names === "all" ? "all" : names.map((name) => repositoryId(site, account.id, name)),
      permissions: app.permissions,
      events: app.events,
      createdAt: held?.createdAt ?? timeOf(site),
      updatedAt: timeOf(site),
    });
  });
}

function repositoryId({ store }: Site, ownerId: number, name: string): number {
  const repository = store.repositories.find("byOwner", [ownerId, name.toLowerCase()]);
  if (repository === undefined) throw invalid(`there is no repository ${name}`);
  return repository.id;
}
