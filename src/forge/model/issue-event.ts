/** What happened to an issue besides comments: who labelled, closed, assigned, and when. */
export interface IssueEvent {
  readonly id: number;
  readonly repositoryId: number;
  readonly issueId: number;
  readonly actorId: number;
  /** GitHub's name: `labeled`, `unlabeled`, `closed`, `reopened`, `assigned`, `merged`, `renamed`, … */
  readonly event: string;
  /** Label name for `labeled` and `unlabeled`. */
  readonly label: { readonly name: string; readonly color: string } | undefined;
  readonly assigneeId: number | undefined;
  readonly commitId: string | undefined;
  readonly rename: { readonly from: string; readonly to: string } | undefined;
  readonly createdAt: string;
}
