export const permissionLevels = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type PermissionLevel = (typeof permissionLevels)[number];

export interface Permissions {
  /** From the collaborator-permission API, never from author_association; an unknown login is `none`, an API error throws (and so denies). */
  of(login: string): Promise<PermissionLevel>;
}
