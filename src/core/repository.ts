/** A repository on the forge, as GitHub names it. */
export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

/** A git object id: 40 lower-case hex digits. */
export type Oid = string;

/** `owner/name`, the form used in keys and log lines. */
export function fullName(repository: RepositoryName): string {
  return `${repository.owner}/${repository.name}`;
}
