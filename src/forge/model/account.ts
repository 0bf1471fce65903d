/** A person, an organization, or the bot account of an app. */
export interface Account {
  readonly id: number;
  readonly nodeId: string;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
  readonly siteAdmin: boolean;
  readonly createdAt: string;
  /** Since when the account can do nothing; absent in the ordinary case. */
  readonly suspendedAt?: string;
}
