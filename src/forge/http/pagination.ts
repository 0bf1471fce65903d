import type { Call } from "./call.ts";
import { json, type Reply } from "./reply.ts";

/** One page of `rows` as JSON, with GitHub's `Link` header; `per_page` is 30 unless asked, at most 100. */
export function page<Row>(call: Call, rows: readonly Row[], present: (row: Row) => unknown): Reply {
  const { slice, link } = cut(call, rows);
  return json(200, slice.map(present), link);
}

/** Like `page`, for answers of the shape `{total_count, <name>: [...]}`. */
export function countedPage<Row>(
  call: Call,
  name: string,
  rows: readonly Row[],
  present: (row: Row) => unknown,
): Reply {
  const { slice, link } = cut(call, rows);
  return json(200, { total_count: rows.length, [name]: slice.map(present) }, link);
}

/** `per_page` as asked: 30 unless said, 100 at most. */
export function pageSize(call: Call): number {
  return Math.min(positive(call.query("per_page"), 30), 100);
}

/** GitHub's `Link` to what comes after a cursor. */
export function nextLink(call: Call, cursor: string): Record<string, string> {
  return { link: linkTo(call, { cursor }, "next") };
}

function cut<Row>(call: Call, rows: readonly Row[]): { slice: readonly Row[]; link: Record<string, string> } {
  const size = pageSize(call);
  const number = positive(call.query("page"), 1);
  const slice = rows.slice((number - 1) * size, number * size);
  const lastPage = Math.max(1, Math.ceil(rows.length / size));
  const links = [
    ...(number > 1 ? [to(call, Math.min(number - 1, lastPage), "prev")] : []),
    ...(number < lastPage ? [to(call, number + 1, "next"), to(call, lastPage, "last")] : []),
    ...(number > 1 ? [to(call, 1, "first")] : []),
  ];
  return { slice, link: links.length === 0 ? {} : { link: links.join(", ") } };
}

function to(call: Call, number: number, relation: string): string {
  return linkTo(call, { page: String(number) }, relation);
}

function linkTo(call: Call, asked: Readonly<Record<string, string>>, relation: string): string {
  const url = new URL(call.url.pathname + call.url.search, call.site.url);
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return `<${url.href}>; rel="${relation}"`;
}

function positive(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}
