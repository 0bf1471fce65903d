import type { Issue } from "../../model/issue.ts";
import type { Site } from "../../site.ts";
import { type LabelSource, ofLabel } from "../source.ts";

/** GitHub's `orderBy` for issues, pull requests, comments. */
export interface TimeOrder {
  readonly field: "CREATED_AT" | "UPDATED_AT" | "COMMENTS";
  readonly direction: "ASC" | "DESC";
}

/** The labels of an issue, by name as GitHub lists them. */
export function labelsOf({ store }: Site, row: Issue): LabelSource[] {
  const rows = row.labelIds.flatMap((id) => store.labels.get(id) ?? []);
  return rows.sort((left, right) => left.name.localeCompare(right.name)).map(ofLabel);
}

/** Whether an issue has any of the labels, by name without regard to case. */
export function hasLabel(site: Site, row: Issue, names: readonly string[]): boolean {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return row.labelIds.some((id) => wanted.has(site.store.labels.get(id)?.name.toLowerCase() ?? ""));
}

/** Rows in the order asked for; by number, oldest first, when nothing is. */
export function timeOrder<Source extends { readonly row: Issue }>(
  rows: Source[],
  order: TimeOrder | null | undefined,
): Source[] {
  const { field = "CREATED_AT", direction = "ASC" } = order ?? {};
  const sign = direction === "ASC" ? 1 : -1;
  return rows.sort((left, right) => sign * (compare(left.row, right.row, field) || left.row.number - right.row.number));
}

function compare(left: Issue, right: Issue, field: TimeOrder["field"]): number {
  if (field === "COMMENTS") return left.commentCount - right.commentCount;
  return field === "UPDATED_AT" ? left.updatedAt.localeCompare(right.updatedAt) : 0;
}
