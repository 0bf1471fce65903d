import type { RequestListener, Server } from "node:http";
import { setTimeout } from "node:timers/promises";
import { type Admin, admin } from "./admin/admin.ts";
import { areas } from "./areas.ts";
import { type Clock, forgeClock, realClock } from "./clock.ts";
import { pullsFollowRefs } from "./domain/follow-refs.ts";
import { repairPullRefs } from "./domain/pull-refs.ts";
import { faults as openFaults } from "./faults/faults.ts";
import type { FaultPlan } from "./faults/plan.ts";
import { readFaultPlan } from "./faults/read-plan.ts";
import { announceAll } from "./git/announce.ts";
import { clearLocks } from "./git/clear-locks.ts";
import { gitFolders } from "./git/folders.ts";
import { pastFolders } from "./git/past-folders.ts";
import { turns } from "./git/turns.ts";
import { type RouteCount, requestCounts } from "./http/counts.ts";
import { isLoopback, refuseOtherHosts } from "./http/host.ts";
import { httpServer } from "./http/server.ts";
import type { Site } from "./site.ts";
import { lockFolder } from "./store/folder-lock.ts";
import { openStore } from "./store/store.ts";
import { deliverer, forgetOldDeliveries } from "./webhooks/deliver.ts";
import { webhooks } from "./webhooks/emit.ts";

export interface ForgeOptions {
  /** Folder that keeps everything; made if absent. One running forge per folder. */
  readonly data: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly log?: (line: string) => void;
  /** How it misbehaves from the start. */
  readonly faults?: FaultPlan;
  /** The machine's unless given. */
  readonly clock?: Clock;
  /** Exact paths that somebody else answers on the forge's port, ahead of its own routes. */
  readonly also?: Readonly<Record<string, RequestListener>>;
}

/** A running embedded GitHub. */
export interface Forge {
  readonly url: string;
  readonly apiUrl: string;
  readonly gitUrl: string;
  readonly admin: Admin;
  requests(): RouteCount[];
  stop(): Promise<void>;
}

/** Starts the forge over its data folder; rejects with one clear line when the port is taken. */
export async function startForge(options: ForgeOptions): Promise<Forge> {
  const { data, host = "127.0.0.1", port = 0, log = () => undefined } = options;
  const clock = forgeClock(options.clock ?? realClock);
  const faults = openFaults();
  if (options.faults !== undefined) faults.set(readFaultPlan(options.faults));
  const stopping = new AbortController();
  const lock = await lockFolder(data);
  const server = httpServer(() => site, areas);
  if (options.also !== undefined) shareServer(server, options.also);
  if (isLoopback(host)) refuseOtherHosts(server);
  const url = await listen(server, { host, port }).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const deliveries = deliverer(() => site);
  const git = gitFolders(data);
  const site: Site = {
    data,
    url,
    apiUrl: `${url}/api/v3`,
    store: openStore(data, { now: clock.now, oldest: () => faults.oldest }),
    git,
    past: pastFolders(data, git),
    webhooks: webhooks(() => site, deliveries.wake),
    deliveries,
    counts: requestCounts(),
    faults,
    clock,
    log,
    inTurn: turns(),
    announceInTurn: turns(),
    stopping: stopping.signal,
    inFlight: new Set(),
    refListeners: [],
  };
  // Before anything is awaited: no move may be announced that pull requests do not hear of.
  site.refListeners.push(pullsFollowRefs(site));
  forgetOldDeliveries(site);
  deliveries.wakeAll();
  // A kill between a push and its events lost nothing: what moved is found now.
  await clearLocks(site.git.root);
  await repairPullRefs(site);
  await announceAll(site);
  announceAgain(site);
  const stop = async () => {
    await stopForge(site, server, stopping);
    await lock.release();
  };
  return { url, apiUrl: site.apiUrl, gitUrl: url, admin: admin(site), requests: () => site.counts.list(), stop };
}

// A git process that outlived the forge before this one ends soon; one with a large pack takes longer. Milliseconds.
const afterOrphans = [1_000, 10_000];

/** What an orphaned git process moved after the first look is found by looking again. */
function announceAgain(site: Site): void {
  const look = async () => {
    for (const wait of afterOrphans) {
      await setTimeout(wait, undefined, { signal: site.stopping, ref: false });
      await announceAll(site);
    }
  };
  const work = look()
    .catch((error: unknown) => {
      if (!site.stopping.aborted) site.log(`forge: announcing failed: ${String(error)}`);
    })
    .finally(() => site.inFlight.delete(work));
  site.inFlight.add(work);
}

// Requests that have not ended by then are left behind. Milliseconds.
const stopPatience = 5_000;

async function stopForge(site: Site, server: Server, stopping: AbortController): Promise<void> {
  stopping.abort();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const patience = new AbortController();
  const late = setTimeout(stopPatience, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([late, Promise.allSettled([...site.inFlight, site.deliveries.stop()])]);
  patience.abort();
  server.closeAllConnections();
  await closed;
  site.git.stop();
  site.past.stop();
  await site.store.close();
}

function shareServer(server: Server, also: Readonly<Record<string, RequestListener>>): void {
  const own = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const other = also[(request.url ?? "/").split("?", 1)[0] ?? ""];
    if (other !== undefined) return void other(request, response);
    for (const listener of own) listener.call(server, request, response);
  });
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === "EADDRINUSE" ? `port ${port} is in use` : cause.message;
      reject(new Error(`the forge cannot listen on ${host}: ${reason}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the forge needs a TCP port");
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}
