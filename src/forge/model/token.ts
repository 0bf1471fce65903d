import type { Permissions } from "./app.ts";

/** A token someone may present; only its SHA-256 is stored. */
export type Token = UserToken | InstallationToken;

export interface UserToken {
  readonly id: number;
  readonly kind: "user";
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  readonly accountId: number;
}

export interface InstallationToken {
  readonly id: number;
  readonly kind: "installation";
  readonly hash: string;
  readonly installationId: number;
  /** The repositories the token was narrowed to, or everything the installation covers. */
  readonly repositories: "all" | readonly number[];
  readonly permissions: Permissions;
  readonly expiresAt: string;
}
