import type { Actor } from "./actor.ts";

/** Whose allowance a request is counted against. */
export function identity(actor: Actor): string {
  switch (actor.kind) {
    case "anonymous":
      return "anonymous";
    case "user":
      return `user ${actor.account.id}`;
    case "app":
      return `app ${actor.app.id}`;
    case "installation":
      return `installation ${actor.installation.id}`;
  }
}
