/** A repository's label; names are unique per repository without regard to case. */
export interface Label {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly name: string;
  /** Six hexadecimal digits, no hash. */
  readonly color: string;
  readonly description: string | null;
  readonly default: boolean;
}
