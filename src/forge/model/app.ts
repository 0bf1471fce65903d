/** How much of one area an app may touch; `admin` exists for a few areas only. */
export type Access = "read" | "write" | "admin";

/** GitHub's permission names (`contents`, `pull_requests`, …) and the access granted for each. */
export type Permissions = Readonly<Record<string, Access>>;

/** Where an app hears about events. */
export interface AppWebhook {
  readonly url: string;
  readonly secret: string;
}

/** A registered GitHub App. */
export interface App {
  readonly id: number;
  readonly nodeId: string;
  readonly slug: string;
  readonly name: string;
  readonly ownerId: number;
  /** Account `slug[bot]`, the author of what the app writes. */
  readonly botId: number;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly webhook: AppWebhook | undefined;
  /** Public half of the app's key as PEM; the private half lives in a file beside the store. */
  readonly publicKey: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One account's installation of an app. */
export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly accountId: number;
  readonly repositories: "all" | readonly number[];
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}
