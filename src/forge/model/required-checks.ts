/** The check runs and statuses a branch's rules ask for before a merge. */
export interface RequiredChecks {
  readonly id: number;
  readonly repositoryId: number;
  readonly branch: string;
  /** Names of check runs or contexts of statuses. */
  readonly contexts: readonly string[];
}
