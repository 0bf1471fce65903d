import type { Context } from "../context.ts";
import { accountById } from "../source.ts";

/** The one argument every mutation takes. */
export interface Input<Fields> {
  readonly input: Fields & { readonly clientMutationId?: string | null };
}

/** Clients recognise their mutation by what they sent with it. */
export function echo({ clientMutationId }: { readonly clientMutationId?: string | null }) {
  return { clientMutationId: clientMutationId ?? null };
}

/** Whoever wrote, for payloads that name them. */
export function actorOf({ site, actor }: Context) {
  return actor.kind === "user" || actor.kind === "installation" ? accountById(site, actor.account.id) : null;
}
