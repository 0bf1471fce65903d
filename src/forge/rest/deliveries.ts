import type { Call } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { json, ok, type Reply } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Delivery } from "../model/delivery.ts";
import { timeOf } from "../site.ts";
import { signedInApp } from "./apps.ts";

/** What was delivered to the app, and sending it again. */
export const deliveryRoutes: readonly Route[] = [
  route("GET /app/hook/deliveries", listDeliveries),
  route("GET /app/hook/deliveries/{delivery_id}", (call) => ok(presentDelivery(deliveryOf(call)))),
  route("POST /app/hook/deliveries/{delivery_id}/attempts", redeliver),
];

// Newest first; GitHub pages these by cursor, and page numbers serve clients that walk the links as well.
function listDeliveries(call: Call): Reply {
  const status = call.query("status");
  const rows = call.site.store.deliveries
    .list("byApp", [signedInApp(call).id], { reverse: true })
    .filter((row) => row.attempt !== undefined)
    .filter((row) => status === undefined || succeeded(row) === (status === "success"));
  return page(call, rows, presentItem);
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
  if (delivery?.appId !== app.id) throw notFound();
  return delivery;
}

function succeeded({ attempt }: Delivery): boolean {
  return attempt !== undefined && attempt.statusCode >= 200 && attempt.statusCode < 300;
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
