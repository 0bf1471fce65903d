import { createHmac } from "node:crypto";
import type { App } from "../model/app.ts";
import type { Delivery, DeliveryAttempt } from "../model/delivery.ts";
import { type Site, timeOf, timestamp } from "../site.ts";
import { follow } from "../stopping.ts";
import type { ListOptions } from "../store/table.ts";
import { type Due, type Pace, pace } from "./pace.ts";

/** Sends queued deliveries, in order per app. */
export interface Deliverer {
  /** Looks at once whether the app has something waiting. */
  wake(appId: number): void;
  /** Looks at every app: what a killed process left is sent now. */
  wakeAll(): void;
  /** Waits for attempts under way to be given up. */
  stop(): Promise<void>;
}

// GitHub gives a receiver ten seconds. Milliseconds.
const patience = 10_000;
const longestRecordedBody = 4096;

/** What is noted of a delivery that nobody answered in time. */
export const timedOut = "timed out";

/** Sends what is waiting, one at a time for each app, as GitHub's order of events or faults have it. */
export function deliverer(site: () => Site): Deliverer {
  const running = new Map<number, Promise<void>>();
  const woken = new Set<number>();
  /** Ends the wait for something that is due later: there may be something that is due now. */
  const waits = new Map<number, AbortController>();
  const paces = new Map<number, Pace>();

  const drain = async (appId: number): Promise<void> => {
    const order = paceOf(appId);
    while (!site().stopping.aborted && woken.delete(appId)) {
      for (;;) {
        const due = order.next(site().clock.now());
        if (due === undefined || site().stopping.aborted) break;
        if (!(await isDue(appId, due))) continue;
        await deliver(site(), due);
        order.done(due.delivery);
      }
    }
  };

  /** Waits for its time; false when something else may have become due before. */
  const isDue = async (appId: number, { at }: Due): Promise<boolean> => {
    const { clock, stopping } = site();
    const left = at - clock.now();
    if (left <= 0) return true;
    const wait = new AbortController();
    waits.set(appId, wait);
    const waiting = follow(stopping, { own: wait });
    const slept = await clock.sleep(left, waiting.signal).then(
      () => true,
      () => false,
    );
    waiting.end();
    waits.delete(appId);
    return slept;
  };

  const paceOf = (appId: number): Pace => {
    const held = paces.get(appId);
    if (held !== undefined) return held;
    const waiting = (options: ListOptions) => site().store.deliveries.list("waiting", [appId], options);
    const made = pace(() => site().faults, waiting);
    paces.set(appId, made);
    return made;
  };

  const wake = (appId: number): void => {
    woken.add(appId);
    waits.get(appId)?.abort();
    if (running.has(appId) || site().stopping.aborted) return;
    const work = drain(appId)
      .catch((error: unknown) => site().log(`forge: deliveries stopped: ${String(error)}`))
      .finally(() => running.delete(appId));
    running.set(appId, work);
  };

  return {
    wake,
    wakeAll: () => {
      for (const app of site().store.apps.list("bySlug", [])) wake(app.id);
    },
    stop: async () => {
      await Promise.all(running.values());
    },
  };
}

/** Since when GitHub lists deliveries: three days. */
export function oldestListed({ clock }: Site): string {
  return timestamp(new Date(clock.now() - 3 * 24 * 3_600_000));
}

/** Drops deliveries that are listed no more. */
export function forgetOldDeliveries(site: Site): void {
  const { store } = site;
  const oldest = oldestListed(site);
  store.transaction(() => {
    for (const app of store.apps.list("bySlug", [])) {
      for (const row of store.deliveries.list("byApp", [app.id])) {
        if (row.createdAt >= oldest) break;
        if (row.attempt !== undefined) store.deliveries.remove(row.id);
      }
    }
  });
}

async function deliver(site: Site, { delivery, fate }: Due): Promise<void> {
  const { store } = site;
  if (fate.copies === 0) {
    const attempt = neverSent(site, delivery);
    store.transaction(() => (fate.listed ? store.deliveries.put({ ...delivery, attempt }) : forget(site, delivery)));
    return;
  }
  const app = store.apps.get(delivery.appId);
  const attempt = await attemptDelivery(site, app, delivery);
  // Given up because the forge stops: it was not tried, and will be after the restart.
  if (attempt.statusCode === 0 && site.stopping.aborted) return;
  store.transaction(() => store.deliveries.put({ ...delivery, attempt }));
  if (fate.copies === 2) await attemptDelivery(site, app, delivery);
}

function forget({ store }: Site, { id }: Delivery): void {
  store.deliveries.remove(id);
}

/** What is listed of a delivery that got lost on its way. */
function neverSent(site: Site, delivery: Delivery): DeliveryAttempt {
  const app = site.store.apps.get(delivery.appId);
  return {
    deliveredAt: timeOf(site),
    duration: patience / 1_000,
    url: app?.webhook?.url ?? "",
    requestHeaders: headersOf(app, delivery),
    statusCode: 0,
    status: timedOut,
    responseHeaders: {},
    responseBody: "",
  };
}

async function attemptDelivery(site: Site, app: App | undefined, delivery: Delivery): Promise<DeliveryAttempt> {
  const url = app?.webhook?.url ?? "";
  const started = performance.now();
  const requestHeaders = headersOf(app, delivery);
  const record = (outcome: Pick<DeliveryAttempt, "statusCode" | "status" | "responseHeaders" | "responseBody">) => ({
    deliveredAt: timeOf(site),
    duration: Math.round(performance.now() - started) / 1000,
    url,
    requestHeaders,
    ...outcome,
  });
  const trying = follow(site.stopping, { milliseconds: patience });
  try {
    const signature = sign(app?.webhook?.secret ?? "", delivery.payload);
    const response = await fetch(url, {
      method: "POST",
      body: delivery.payload,
      headers: { ...requestHeaders, "x-hub-signature-256": signature },
      redirect: "manual",
      signal: trying.signal,
    });
    const responseBody = (await response.text()).slice(0, longestRecordedBody);
    const status = response.ok ? "OK" : response.statusText || `Invalid HTTP Response: ${response.status}`;
    const responseHeaders = Object.fromEntries(response.headers);
    return record({ statusCode: response.status, status, responseHeaders, responseBody });
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const status = isLate ? timedOut : "failed to connect to host";
    return record({ statusCode: 0, status, responseHeaders: {}, responseBody: "" });
  } finally {
    trying.end();
  }
}

/** The signature header GitHub sends with this body. */
function sign(secret: string, payload: string): string {
  return `sha256=${createHmac("sha256", secret).update(payload).digest("hex")}`;
}

function headersOf(app: App | undefined, delivery: Delivery): Record<string, string> {
  return {
    "content-type": "application/json",
    accept: "*/*",
    "user-agent": "GitHub-Hookshot/coppice",
    "x-github-delivery": delivery.guid,
    "x-github-event": delivery.event,
    "x-github-hook-id": String(app?.id ?? 0),
    "x-github-hook-installation-target-id": String(app?.id ?? 0),
    "x-github-hook-installation-target-type": "integration",
  };
}
