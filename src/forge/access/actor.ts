import type { Account } from "../model/account.ts";
import type { App, Installation, Permissions } from "../model/app.ts";

/** Who is asking. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly account: Account }
  /** An app proving itself by JWT; it may only ask about itself. */
  | { readonly kind: "app"; readonly app: App }
  | {
      readonly kind: "installation";
      readonly app: App;
      readonly installation: Installation;
      /** The app's bot, the author of what the token writes. */
      readonly account: Account;
      readonly repositories: "all" | readonly number[];
      readonly permissions: Permissions;
    };
