import type { AddressInfo } from "node:net";
import { type Admin, admin } from "./admin/admin.ts";
import { areas } from "./areas.ts";
import { gitFolders } from "./git/folders.ts";
import { type RouteCount, requestCounts } from "./http/counts.ts";
import { noFaults } from "./http/faults.ts";
import { rateWindows } from "./http/rate-limit.ts";
import { httpServer } from "./http/server.ts";
import type { Site } from "./site.ts";
import { openStore } from "./store/store.ts";
import { webhooks } from "./webhooks/emit.ts";

export interface ForgeOptions {
  /** Folder that keeps everything; made if absent. One running forge per folder. */
  readonly data: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly log?: (line: string) => void;
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

/** Starts the forge over its data folder; rejects when the port is taken. */
export async function startForge(options: ForgeOptions): Promise<Forge> {
  const { data, host = "127.0.0.1", port = 0, log = () => undefined } = options;
  const store = openStore(data);
  const git = gitFolders(data);
  let site: Site;
  const server = httpServer(() => site, areas);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  site = {
    data,
    url,
    apiUrl: `${url}/api/v3`,
    store,
    git,
    webhooks: webhooks(
      () => site,
      () => undefined,
    ),
    counts: requestCounts(),
    rates: rateWindows(),
    faults: noFaults,
    log,
    refListeners: [],
  };
  return {
    url,
    apiUrl: site.apiUrl,
    gitUrl: url,
    admin: admin(site),
    requests: () => site.counts.list(),
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      git.stop();
      await store.close();
    },
  };
}
