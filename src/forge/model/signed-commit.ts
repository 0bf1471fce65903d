/** A commit the forge made itself and signs as GitHub does; of pushed ones it knows nothing. */
export interface SignedCommit {
  readonly id: number;
  readonly repositoryId: number;
  readonly oid: string;
  readonly signedAt: string;
}
