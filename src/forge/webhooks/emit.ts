import { randomUUID } from "node:crypto";
import type { Account } from "../model/account.ts";
import type { App, Installation } from "../model/app.ts";
import type { Delivery } from "../model/delivery.ts";
import type { Repository } from "../model/repository.ts";
import { presentAccount } from "../present/account.ts";
import { presentOrganization } from "../present/organization.ts";
import { ownerOf, presentRepository } from "../present/repository.ts";
import { type Site, timeOf } from "../site.ts";

/** Something that happened, as apps will hear it. */
export interface HookEvent {
  /** `issues`, `issue_comment`, `push`, … */
  readonly event: string;
  /** `opened`, `created`, …; events such as `push` have none. */
  readonly action?: string;
  readonly repository: Repository;
  readonly sender: Account;
  /** The event's own fields (`issue`, `comment`, `changes`, …), already presented. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Tell only this app, as GitHub does for requested actions of its check runs. */
  readonly onlyApp?: number;
}

export interface Webhooks {
  /** Queues one delivery for every app that hears of this; call it inside the transaction of the effect. */
  emit(event: HookEvent): void;
  /** Whether any app would be told of such an event. */
  hears(event: string, repository: Repository): boolean;
}

/** Writes deliveries into the store; `wake` is called when an app has something waiting. */
export function webhooks(site: () => Site, wake: (appId: number) => void): Webhooks {
  return {
    hears: (event, repository) => listeners(site(), { event, repository }).length > 0,
    emit: (event) => {
      for (const { app, installation } of listeners(site(), event)) {
        queue(site(), { app, installation, event });
        // The transaction is synchronous, so by then it has been committed or undone.
        setImmediate(() => wake(app.id));
      }
    },
  };
}

interface Listener {
  readonly app: App;
  readonly installation: Installation;
}

function listeners(
  { store }: Site,
  { event, repository, onlyApp }: Pick<HookEvent, "event" | "repository" | "onlyApp">,
): Listener[] {
  return store.installations.list("byAccount", [repository.ownerId]).flatMap((installation) => {
    const app = store.apps.get(installation.appId);
    const { repositories } = installation;
    const hears =
      app?.webhook !== undefined &&
      app.events.includes(event) &&
      (repositories === "all" || repositories.includes(repository.id)) &&
      (onlyApp === undefined || onlyApp === app.id);
    return hears ? [{ app, installation }] : [];
  });
}

function queue(site: Site, { app, installation, event }: Listener & { event: HookEvent }): Delivery {
  const { action, repository, sender } = event;
  const owner = ownerOf(site, repository);
  const payload = {
    ...(action === undefined ? {} : { action }),
    ...event.fields,
    repository: presentRepository(site, repository),
    ...(owner.type === "Organization" ? { organization: presentOrganization(site, owner) } : {}),
    sender: presentAccount(site, sender),
    installation: { id: installation.id, node_id: `MDIz${installation.id}` },
  };
  return site.store.deliveries.put({
    id: site.store.nextId(),
    guid: randomUUID(),
    appId: app.id,
    installationId: installation.id,
    repositoryId: repository.id,
    event: event.event,
    action: action ?? null,
    payload: JSON.stringify(payload),
    redelivery: false,
    createdAt: timeOf(site),
    attempt: undefined,
  });
}
