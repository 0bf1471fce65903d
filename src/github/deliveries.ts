import { z } from "zod";
import type { DeliveryAttempt } from "../core/webhook/redelivery.ts";
import type { Client } from "./client.ts";
import { parseAnswer } from "./client.ts";

/** What the forge tried to tell the app by webhooks in the last three days. */
export interface Deliveries {
  /** A page, newest first, and how to ask for the next one. */
  page(after?: string): Promise<{ readonly attempts: readonly DeliveryAttempt[]; readonly next?: string }>;
  /** Has an event delivered once more, under the id it had. */
  redeliver(id: number): Promise<void>;
}

const attempt = z.object({ id: z.number(), guid: z.string(), delivered_at: z.string(), status_code: z.number() });

/** By the app's own signature: deliveries are no installation's. */
export function openDeliveries(app: Client): Deliveries {
  return {
    async page(after) {
      const parameters = {
        per_page: 100,
        ...(after === undefined ? {} : Object.fromEntries(new URLSearchParams(after))),
      };
      const { data, headers } = await app.send({ route: "GET /app/hook/deliveries", parameters });
      const attempts = parseAnswer("GET /app/hook/deliveries", data, z.array(attempt)).map(toAttempt);
      const next = nextPage(headers.link);
      return next === undefined ? { attempts } : { attempts, next };
    },
    async redeliver(id) {
      // Gone by now, or taken back by GitHub as not worth another try: the sweep finds what it told of.
      const route = "POST /app/hook/deliveries/{delivery_id}/attempts";
      await app.send({ route, parameters: { delivery_id: id }, accept: [400, 404, 422], idempotent: true });
    },
  };
}

function toAttempt({ id, guid, delivered_at, status_code }: z.infer<typeof attempt>): DeliveryAttempt {
  return { id, guid, at: delivered_at, statusCode: status_code };
}

/** GitHub pages these by a cursor, which only the link tells. */
function nextPage(link: unknown): string | undefined {
  const url = /<([^>]*)>; rel="next"/.exec(String(link ?? ""))?.[1];
  return url?.split("?")[1];
}
