import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Front, startFront } from "../../../src/app/front.ts";
import { systemClock } from "../../../src/app/system-clock.ts";
import type { RepositoryName } from "../../../src/core/repository.ts";
import type { HubEvent } from "../../../src/hub/events.ts";
import { createHub, type Hub, type HubOptions } from "../../../src/hub/hub.ts";
import type { RunEnded } from "../../../src/ports/dispatch.ts";

export const operatorToken = "operator-token-of-the-test";
export const repository: RepositoryName = { owner: "octo", name: "hello" };
export const silent = { debug() {}, info() {}, warn() {}, error() {} };

export interface Host {
  readonly hub: Hub;
  readonly front: Front;
  readonly workerUrl: string;
  readonly folder: string;
  readonly ended: RunEnded[];
  readonly events: HubEvent[];
  readonly minted: string[];
  stop(): Promise<void>;
}

/** A hub behind a real http server on a free port. */
export async function startHost(overrides: Partial<HubOptions> = {}): Promise<Host> {
  const folder = overrides.folder ?? (await temporaryFolder());
  const ended: RunEnded[] = [];
  const minted: string[] = [];
  const events: HubEvent[] = [];
  const hub = await createHub({
    folder,
    operatorToken,
    mintToken: async () => {
      minted.push(`token-${minted.length + 1}`);
      return `token-${minted.length}`;
    },
    readLease: async () => undefined,
    isOwnRun: (run) => /^r\d/.test(run),
    onRunEnd: async (end) => void ended.push(end),
    plans: async () => [],
    clock: systemClock,
    log: silent,
    ...overrides,
  });
  hub.events.subscribe((event) => events.push(event));
  const front = await startFront({
    host: "127.0.0.1",
    port: 0,
    webhookPath: "/hooks",
    webhook: async (_request, response) => void response.writeHead(404).end(),
    fetch: hub.api.fetch,
    upgrade: hub.upgrade,
    log: silent,
  });
  const stop = async () => {
    await hub.close();
    await front.stop();
  };
  onTestFinished(stop);
  return { hub, front, workerUrl: `${front.url.replace("http", "ws")}/worker`, folder, ended, events, minted, stop };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "coppice-hub-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits for a condition, at most thirty seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 30 s: ${what}`);
    await new Promise((wake) => setTimeout(wake, 5));
  }
}
