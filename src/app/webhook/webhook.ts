import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../../ports/log.ts";
import type { SignedBody } from "./body.ts";
import { bodyBudget, maxBodyBytes, parseSignature, readSigned } from "./body.ts";
import type { DeliveryHeaders, WebhookEvent } from "./delivery.ts";
import { parseDelivery, parseDeliveryHeaders, SeenDeliveries } from "./delivery.ts";
import { accept, refuse } from "./reply.ts";

export interface WebhookOptions {
  readonly secret: string;
  /** Called after the delivery has been acknowledged. */
  readonly receive: (event: WebhookEvent) => Promise<void>;
  readonly log: Log;
  /** The app is about to end: what comes now is left to whoever sweeps next. */
  readonly isStopping?: () => boolean;
}

export type WebhookListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Takes webhooks in: cheap refusals first, the signature on the raw bytes, 202 at once, the work after it. Payloads are never logged. */
export function createWebhookListener(options: WebhookOptions): WebhookListener {
  const budget = bodyBudget();
  const seen = new SeenDeliveries();
  return async (request, response) => {
    if (options.isStopping?.()) return refuse(request, response, stoppingRefusal);
    const door = atTheDoor(request);
    if (door.kind === "refused") return refuse(request, response, door);
    const body = await readSigned(request, { secret: options.secret, signature: door.signature, budget });
    if (body.kind === "broken") return void request.destroy();
    if (body.kind !== "signed") {
      options.log.warn(
        { delivery: door.headers.id, event: door.headers.name, reason: body.kind },
        "A webhook was refused",
      );
      return refuse(request, response, bodyRefusals[body.kind]);
    }
    const event = parseDelivery(door.headers, body.bytes);
    if (event === undefined) return refuse(request, response, { status: 400, line: "the body is no JSON object" });
    const fresh = seen.add(door.headers.id);
    accept(response, fresh ? "accepted" : "accepted before");
    if (fresh && !(await handOn(options, event))) seen.forget(event.id);
  };
}

const stoppingRefusal = { status: 503, line: "the app is stopping; what is missed is found by the sweep" };

type Door =
  | { readonly kind: "refused"; readonly status: number; readonly line: string }
  | { readonly kind: "open"; readonly headers: DeliveryHeaders; readonly signature: Buffer };

/** What the headers alone decide. */
function atTheDoor(request: IncomingMessage): Door {
  const no = (status: number, line: string): Door => ({ kind: "refused", status, line });
  const { "content-encoding": encoding, "content-type": type, "content-length": length } = request.headers;
  if (request.method !== "POST") return no(405, "webhooks are POSTed");
  if (encoding !== undefined && encoding !== "identity") return no(415, "compressed bodies are not taken");
  const signature = parseSignature(single(request.headers["x-hub-signature-256"]));
  if (signature === undefined) return no(401, "x-hub-signature-256 is missing or malformed: set a webhook secret");
  if (!/^application\/json\b/i.test(type ?? "")) return no(415, "set the webhook's content type to application/json");
  const headers = parseDeliveryHeaders(request.headers);
  if (headers === undefined) return no(400, "x-github-delivery or x-github-event is missing");
  if (Number(length ?? 0) > maxBodyBytes) return no(413, bodyRefusals["too-large"].line);
  return { kind: "open", headers, signature };
}

const bodyRefusals: Record<Exclude<SignedBody["kind"], "signed" | "broken">, { status: number; line: string }> = {
  "wrong-signature": { status: 401, line: "the signature does not fit: is the webhook secret the same on both sides?" },
  "too-large": { status: 413, line: `a body is at most ${maxBodyBytes} bytes` },
  busy: { status: 503, line: "too many bodies at once; what is missed is found by the sweep" },
};

/** False when it failed. */
async function handOn(options: WebhookOptions, event: WebhookEvent): Promise<boolean> {
  try {
    await options.receive(event);
    return true;
  } catch (error) {
    // The error carries the event: only its message may be logged.
    const message = error instanceof Error ? error.message : "unknown";
    options.log.error({ delivery: event.id, event: event.name, error: message }, "A webhook's handler failed");
    return false;
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}
