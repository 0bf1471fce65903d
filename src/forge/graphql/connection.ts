import { refused } from "./errors.ts";

/** GitHub's paging arguments. */
export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

// GitHub: a connection gives at most 100 nodes at once.
const most = 100;

/** One page of a list as a GraphQL connection; `key` tells rows apart, so that cursors survive what is added or removed. */
export function connection<Row>(
  rows: readonly Row[],
  args: PageArguments,
  key: (row: Row, index: number) => string | number,
) {
  const size = pageSize(args);
  const keys = rows.map((row, index) => String(key(row, index)));
  const from = args.after ? position(keys, args.after) + 1 : 0;
  const to = args.before ? position(keys, args.before) : rows.length;
  const start = args.first == null ? Math.max(from, to - size) : from;
  const end = args.first == null ? to : Math.min(to, from + size);
  const nodes = rows.slice(start, end);
  const edges = nodes.map((node, index) => ({ cursor: cursor(keys, start + index), node }));
  return {
    totalCount: rows.length,
    nodes,
    edges,
    pageInfo: {
      hasNextPage: end < rows.length,
      hasPreviousPage: start > 0,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function pageSize({ first, last }: PageArguments): number {
  const size = first ?? last;
  if (size == null) {
    throw refused(
      "MISSING_PAGINATION_BOUNDARIES",
      "You must provide a `first` or `last` value to properly paginate the connection.",
    );
  }
  if (size < 0 || size > most) {
    throw refused(
      "EXCESSIVE_PAGINATION",
      `Requesting ${size} records on the connection exceeds the \`first\` limit of ${most} records.`,
    );
  }
  return size;
}

function cursor(keys: readonly string[], index: number): string {
  return Buffer.from(`cursor:${index}:${keys[index]}`).toString("base64");
}

/** Where the cursor's row is now; where it was, if it is gone. */
function position(keys: readonly string[], text: string): number {
  const match = /^cursor:(\d+):(.*)$/s.exec(Buffer.from(text, "base64").toString("utf8"));
  if (match === null) throw refused("UNPROCESSABLE", `\`${text}\` does not appear to be a valid cursor.`);
  const held = keys.indexOf(match[2] ?? "");
  return held === -1 ? Number(match[1]) - 1 : held;
}
