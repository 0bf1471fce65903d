import type { Actor } from "../access/actor.ts";
import { author, roleOf } from "../access/authorize.ts";
import type { Account } from "../model/account.ts";
import { atLeast, type Repository, type Role } from "../model/repository.ts";
import type { Site } from "../site.ts";

/** Who writes, and where: the first argument of every verb. */
export interface Writing {
  readonly site: Site;
  readonly repository: Repository;
  readonly account: Account;
  /** The app that writes through its bot. */
  readonly appId: number | undefined;
  readonly role: Role;
}

/** The actor about to write in the repository; what it may do there has been asked before. 401 for strangers. */
export function writingIn(site: Site, actor: Actor, repository: Repository): Writing {
  const account = author(actor);
  const app = actor.kind === "installation" ? actor.app : undefined;
  const role = app === undefined ? roleOf(site, account, repository) : "write";
  return { site, repository, account, appId: app?.id, role };
}

/** The same writer through no app and no request: what the forge does in somebody's name. */
export function writingFor(site: Site, account: Account, repository: Repository): Writing {
  return { site, repository, account, appId: undefined, role: roleOf(site, account, repository) };
}

/** Whether labels and assignees of this writer are kept; GitHub drops them silently otherwise. */
export function mayTriage({ role }: Writing): boolean {
  return atLeast(role, "triage");
}

/** Raises a webhook in the name of the writer; inside the transaction of the effect. */
export function tell(
  { site, repository, account }: Writing,
  event: string,
  details: { action?: string; fields: Readonly<Record<string, unknown>> },
): void {
  site.webhooks.emit({ event, action: details.action, repository, sender: account, fields: details.fields });
}
