import type { Call } from "../http/call.ts";
import { invalid, notFound } from "../http/errors.ts";
import { nextLink, pageSize } from "../http/pagination.ts";
import { json, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Delivery } from "../model/delivery.ts";
import { timeOf } from "../site.ts";
import { oldestListed, timedOut } from "../webhooks/deliver.ts";
import { signedInApp } from "./apps.ts";

/** What was delivered to the app, and sending it again. */
export const deliveryRoutes: readonly Route[] = [
  route("GET /app/hook/deliveries", listDeliveries),
  route("GET /app/hook/deliveries/{delivery_id}", (call) => ok(presentDelivery(deliveryOf(call)))),
  route("POST /app/hook/deliveries/{delivery_id}/attempts", redeliver),
];

function listDeliveries(call: Call): Reply {
  const app = signedInApp(call);
  const size = pageSize(call);
  const rows = listed(call, app.id, size + 1);
  const slice = rows.slice(0, size);
  const oldest = slice.at(-1);
  const link = rows.length > size && oldest !== undefined ? nextLink(call, `v1_${oldest.id}`) : {};
  return json(200, slice.map(presentItem), link);
}

// There can be very many, each with its payload: they are read piece by piece.
const pieceSize = 200;

/** So many that are to be listed, newest first, from the cursor on. */
function listed(call: Call, appId: number, most: number): Delivery[] {
  const { site } = call;
  const since = oldestListed(site);
  const status = call.query("status");
  const rows: Delivery[] = [];
  for (let below = cursorOf(call); rows.length < most; ) {
    const piece = site.store.deliveries.list("byApp", [appId], { reverse: true, limit: pieceSize, below });
    rows.push(...piece.filter((row) => row.createdAt >= since && isListed(row, status)));
    below = piece.at(-1)?.id;
    if (below === undefined) break;
  }
  return rows.slice(0, most);
}

function isListed({ attempt }: Delivery, status: string | undefined): boolean {
  if (attempt === undefined) return false;
  const succeeded = attempt.statusCode >= 200 && attempt.statusCode < 300;
  if (status === "success") return succeeded;
  // As on GitHub, whoever asks for failures hears nothing of those that timed out.
  return status !== "failure" || (!succeeded && attempt.status !== timedOut);
}

// GitHub pages these by cursor, so that what arrives in between shifts nothing.
function cursorOf(call: Call): number | undefined {
  const cursor = call.query("cursor");
  if (cursor === undefined) return undefined;
  const id = /^v1_(\d+)$/.exec(cursor)?.[1];
  if (id === undefined) throw invalid("Invalid cursor");
  return Number(id);
}

function redeliver(call: Call): Reply {
  const { site } = call;
  const { store, deliveries } = site;
  const original = deliveryOf(call);
  store.transaction(() => {
    const id = store.nextId();
    store.deliveries.put({ ...original, id, redelivery: true, createdAt: timeOf(site), attempt: undefined });
  });
  deliveries.wake(original.appId);
  return json(202, {});
}

function deliveryOf(call: Call): Delivery {
  const app = signedInApp(call);
  const delivery = call.site.store.deliveries.get(Number(call.parameter("delivery_id")));
  if (delivery?.appId !== app.id || delivery.createdAt < oldestListed(call.site)) throw notFound();
  return delivery;
}

function presentItem(row: Delivery): Record<string, unknown> {
  return {
    id: row.id,
    guid: row.guid,
    delivered_at: row.attempt?.deliveredAt ?? row.createdAt,
    redelivery: row.redelivery,
    duration: row.attempt?.duration ?? 0,
    status: row.attempt?.status ?? "pending",
    status_code: row.attempt?.statusCode ?? 0,
    event: row.event,
    action: row.action,
    installation_id: row.installationId ?? null,
    repository_id: row.repositoryId ?? null,
    throttled_at: null,
  };
}

function presentDelivery(row: Delivery): Record<string, unknown> {
  const { attempt } = row;
  return {
    ...presentItem(row),
    url: attempt?.url ?? "",
    request: { headers: attempt?.requestHeaders ?? null, payload: JSON.parse(row.payload) },
    response: { headers: attempt?.responseHeaders ?? null, payload: attempt?.responseBody ?? null },
  };
}
