import type { Call } from "../http/call.ts";
import { invalid } from "../http/errors.ts";
import { timestamp } from "../site.ts";

/** The `since` of the query in the store's spelling; undefined when it was not asked for, 422 when it is no time. */
export function sinceOf(call: Call): string | undefined {
  const text = call.query("since");
  if (text === undefined || text === "") return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw invalid(`since: ${JSON.stringify(text)} is not an ISO 8601 time`);
  return timestamp(date);
}

/** Rows in the order the query asks for: `sort` names a key, `direction` is `desc` unless it says `asc`. */
export function sorted<Row extends { readonly id: number }>(
  call: Call,
  rows: readonly Row[],
  {
    keys,
    otherwise,
    direction = "desc",
  }: {
    keys: Readonly<Record<string, (row: Row) => string | number>>;
    otherwise: string;
    direction?: "asc" | "desc";
  },
): Row[] {
  const key = keys[call.query("sort") ?? otherwise] ?? keys[otherwise] ?? ((row: Row) => row.id);
  const asked = call.query("direction") ?? direction;
  const sign = asked === "asc" ? 1 : -1;
  return rows
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : a.row.id - b.row.id))
    .map(({ row }) => row);
}
