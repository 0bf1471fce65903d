/** What a collaborator may do, in rising order. */
export const roles = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof roles)[number];

/** Whether `role` includes everything `needed` does. */
export function atLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** A repository's record; its objects and refs are in the bare repository named by its id. */
export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  readonly ownerId: number;
  readonly name: string;
  readonly description: string | null;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly hasIssues: boolean;
  readonly archived: boolean;
  readonly allowMergeCommit: boolean;
  readonly allowSquashMerge: boolean;
  readonly allowRebaseMerge: boolean;
  readonly deleteBranchOnMerge: boolean;
  /** Account that pushed last: the sender of push events found after a crash. */
  readonly lastPusherId: number | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
}

/** One account's role in one repository, where it is not the owner. */
export interface Collaborator {
  readonly id: number;
  readonly repositoryId: number;
  readonly accountId: number;
  readonly role: Role;
}

/** The last value of a branch or tag that events were raised for. */
export interface AnnouncedRef {
  readonly id: number;
  readonly repositoryId: number;
  /** Full name, `refs/heads/…` or `refs/tags/…`. */
  readonly name: string;
  readonly oid: string;
}
