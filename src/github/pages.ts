import { z } from "zod";
import type { Client, RestRequest } from "./client.ts";

/** GitHub's largest page. */
const perPage = 100;

/** Every page of a list until a short one, at most `maxPages`. */
export async function allPages<Item>(
  client: Client,
  request: RestRequest,
  { item, maxPages }: { item: z.ZodType<Item>; maxPages: number },
): Promise<Item[]> {
  return collect(maxPages, (page) => client.rest(paged(request, page), z.array(item)));
}

/** The same for lists that GitHub wraps into an object. */
export async function allWrappedPages<Item>(
  client: Client,
  request: RestRequest,
  { item, key, maxPages }: { item: z.ZodType<Item>; key: string; maxPages: number },
): Promise<Item[]> {
  const wrapped = z
    .record(z.string(), z.unknown())
    .transform((answer) => answer[key])
    .pipe(z.array(item));
  return collect(maxPages, (page) => client.rest(paged(request, page), wrapped));
}

async function collect<Item>(maxPages: number, read: (page: number) => Promise<Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const found = await read(page);
    items.push(...found);
    if (found.length < perPage) break;
  }
  return items;
}

function paged(request: RestRequest, page: number): RestRequest {
  return { ...request, parameters: { ...request.parameters, per_page: perPage, page } };
}
