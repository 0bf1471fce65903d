import type { Probot } from "probot";
import { z } from "zod";

/** An event as Probot takes it. */
export type WebhookEvent = Parameters<Probot["receive"]>[0];

/** The headers of a webhook that is worth reading. */
export interface DeliveryHeaders {
  readonly id: string;
  readonly name: string;
}

const headers = z.object({
  "x-github-delivery": z.string().min(1).max(100),
  "x-github-event": z.string().regex(/^[a-z_]{1,60}$/),
});

export function parseDeliveryHeaders(given: unknown): DeliveryHeaders | undefined {
  const parsed = headers.safeParse(given);
  if (!parsed.success) return undefined;
  return { id: parsed.data["x-github-delivery"], name: parsed.data["x-github-event"] };
}

/**
 * Undefined when the body is no JSON object. The shape inside is GitHub's word: it is signed by then. An event of a name
 * nobody here knows has no handlers and so does nothing.
 */
export function parseDelivery({ id, name }: DeliveryHeaders, bytes: Buffer): WebhookEvent | undefined {
  try {
    const payload: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return undefined;
    return { id, name, payload } as WebhookEvent;
  } catch {
    return undefined;
  }
}

/** The ids of the newest deliveries that were dealt with: GitHub redelivers under the same id. */
export class SeenDeliveries {
  readonly #limit: number;
  readonly #ids = new Set<string>();

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** False when it was there already. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#limit) break;
      this.#ids.delete(oldest);
    }
    return true;
  }

  /** It was not dealt with after all: it may come again. */
  forget(id: string): void {
    this.#ids.delete(id);
  }
}
