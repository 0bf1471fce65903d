import { githubLimits, unlimited } from "../core/budget/limits.ts";
import { CoppiceError } from "../core/errors.ts";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import { createGit } from "../git/git.ts";
import type { Connection } from "../github/connection.ts";
import { connect } from "../github/connection.ts";
import { workerPath } from "../hub/endpoint.ts";
import type { Hub } from "../hub/hub.ts";
import { createHub } from "../hub/hub.ts";
import type { HostCounts } from "../hub/metrics.ts";
import type { RunEnded } from "../ports/dispatch.ts";
import { lockData } from "../worker/data-lock.ts";
import { choosePlanner } from "./choose-planner.ts";
import { overridesOf, protocolsOf, wrongKey } from "./forge-access.ts";
import { defaultWebhookPath, startFront } from "./front.ts";
import { readHubId } from "./hub-id.ts";
import { openRepository } from "./open-repository.ts";
import type { AppOptions } from "./options.ts";
import { startRedelivery } from "./redelivery.ts";
import type { TaskReport, TendedRepository } from "./repositories.ts";
import { identityOf, Repositories } from "./repositories.ts";
import type { RunIds } from "./run-ids.ts";
import { runIds } from "./run-ids.ts";
import { systemClock } from "./system-clock.ts";
import { createTending } from "./tend.ts";
import { startProbot } from "./webhook/probot.ts";
import { createWebhookListener } from "./webhook/webhook.ts";
import type { Enqueue } from "./work.ts";

/** The running app. */
export interface App {
  /** `http://host:port`: webhooks, `/api`, `/healthz`. */
  readonly url: string;
  /** `ws://host:port/worker`. */
  readonly workerUrl: string;
  readonly hub: Hub;
  readonly enqueue: Enqueue;
  /** Requests and creations by route since the start. */
  readonly usage: Connection["usage"];
  /** How far the plan's tasks were at the last look. */
  tasks(owner: string, repository: string, plan: number): readonly TaskReport[];
  /** Looks for comments and at every plan of every repository now; resolves when what was due has been done. */
  reconcileNow(): Promise<void>;
  /** Ends within ten seconds. Workers keep working and look for the next hub. */
  stop(): Promise<void>;
}

/** Webhooks that nobody took in are looked for this often: the sweeps find what they told of anyway. Milliseconds. */
const redeliveryPeriod = 600_000;

/** Longest that stopping may take, milliseconds. */
const stopPatience = 9_000;

/** Starts the app. Throws CoppiceError bad-input for a key the forge does not know, a port or a data folder that is taken. */
export async function startApp(options: AppOptions): Promise<App> {
  const stopping = new AbortController();
  const release = await lockData(options.dataFolder, "app");
  try {
    const app = await start(options, stopping);
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= app.stop().finally(release));
    return { ...app, stop };
  } catch (error) {
    stopping.abort();
    await release();
    throw error;
  }
}

async function start(options: AppOptions, stopping: AbortController): Promise<App> {
  const { log } = options;
  const clock = systemClock;
  const limits = options.limits === "github" ? githubLimits : unlimited;
  const policyOverrides = overridesOf(options);
  const connection = connect({ ...options, baseUrl: options.apiUrl, limits, clock, signal: stopping.signal });
  await checkKey(connection, options);
  const git = await createGit({ folder: `${options.dataFolder}/git`, protocols: protocolsOf(options.apiUrl) });
  const planner = choosePlanner(options);
  const hubId = options.hubId ?? (await readHubId(options.dataFolder));
  const ids = runIds(hubId);
  const { installations } = connection;
  const repositories: Repositories = new Repositories({
    installations,
    log,
    open: (name) =>
      openRepository({ ...options, policyOverrides, connection, git, planner, hub, hubId, runIds: ids, clock }, name),
    identify: async (name) => identityOf(await installations.open(name)),
    givenUp: (name) => stopRuns(hub, name),
  });
  const swept = { found: 0, redelivered: () => 0 };
  const counts = hostCounts(connection, repositories, swept);
  const hub: Hub = await startHub(options, repositories, { ids, counts });
  const invalidate = () => installations.invalidate();
  const tending = createTending({
    ...{ repositories, invalidate, clock, log, timing: options.timing?.tend },
    found: () => {
      swept.found += 1;
    },
  });
  const parts: Parts = { options, repositories, hub, tending, stopping, door: { isClosed: false } };
  const front = await openFront(parts).catch(async (error) => {
    await hub.close();
    throw error;
  });
  wakeWithWorkers(parts);
  tending.start();
  const period = options.timing?.redelivery ?? redeliveryPeriod;
  swept.redelivered = startRedelivery({ ...connection, clock, log, period, signal: stopping.signal }).count;
  return {
    url: front.url,
    workerUrl: `${front.url.replace(/^http/, "ws")}${workerPath}`,
    hub,
    enqueue: tending.enqueue,
    usage: connection.usage,
    tasks: (owner, name, plan) => repositories.peek({ owner, name })?.tasks(plan) ?? [],
    reconcileNow: () => reconcileAll(repositories),
    stop: () => stop(parts, front),
  };
}

/** What its workers could make there could not be pushed any more, and costs money: their work stays on their disks. */
function stopRuns(hub: Hub, repository: RepositoryName): void {
  for (const { run } of hub.runs(repository)) hub.stop(run, `${fullName(repository)} is looked after no more`);
}

/** What `/metrics` tells beside the hub's own numbers. */
function hostCounts(
  { counts, budget }: Connection,
  repositories: Repositories,
  swept: { readonly found: number; readonly redelivered: () => number },
): HostCounts {
  const figures = () => repositories.opened().flatMap((repository) => repository.figures?.() ?? []);
  return {
    api: counts.list,
    budget,
    tasks() {
      const sums = new Map<string, number>();
      for (const { tasks } of figures())
        for (const [state, count] of tasks) sums.set(state, (sums.get(state) ?? 0) + count);
      return sums;
    },
    takenOver: () => figures().reduce((sum, { takenOver }) => sum + takenOver, 0),
    sweeps: () => ({ found: swept.found, redelivered: swept.redelivered() }),
  };
}

interface Parts {
  readonly options: AppOptions;
  readonly repositories: Repositories;
  readonly hub: Hub;
  readonly tending: ReturnType<typeof createTending>;
  readonly stopping: AbortController;
  /** From the first moment of stopping on: nothing more is taken in. */
  readonly door: { isClosed: boolean };
}

/** A wrong key is told at the start, a forge that is away is not: that passes. */
async function checkKey(connection: Connection, options: AppOptions): Promise<void> {
  try {
    // What an installation refuses says nothing about the key.
    await connection.installations.list(() => undefined);
  } catch (error) {
    const wrong = wrongKey(error, options);
    if (wrong !== undefined) throw wrong;
    options.log.warn({ error: String(error) }, "The forge cannot be asked now; it is tried again");
  }
}

function startHub(
  options: AppOptions,
  repositories: Repositories,
  { ids, counts }: { readonly ids: RunIds; readonly counts: HostCounts },
): Promise<Hub> {
  const { dataFolder: folder, operatorToken, log } = options;
  return createHub({
    folder,
    operatorToken,
    clock: systemClock,
    log,
    timing: options.timing?.hub,
    // A worker's word opens no repository.
    mintToken: async (name) => opened(repositories, name).gitToken(),
    readLease: async (name, issue) => opened(repositories, name).lease(issue),
    isOwnRun: ids.isOwn,
    // Where the app is not installed any more there is nothing to record it in.
    onRunEnd: async (ended: RunEnded) => repositories.peek(ended.repository)?.ended(ended),
    failing: () => repositories.failing(),
    counts,
    explain: (name, issue) => repositories.peek(name)?.explain(issue),
    preview: async (name, plan) => repositories.peek(name)?.preview?.(plan),
    plans: async () => {
      const lists = (await repositories.all()).map(async ({ name, plans, tasks }) =>
        (await plans()).map((state) => ({ repository: name, state, progress: tasks(state.record.issue) })),
      );
      return (await Promise.all(lists)).flat();
    },
  });
}

function opened(repositories: Repositories, name: RepositoryName): TendedRepository {
  const repository = repositories.peek(name);
  if (repository !== undefined) return repository;
  throw new CoppiceError("forge-not-found", `${fullName(name)} is not open here`);
}

async function openFront({ options, hub, tending, door }: Parts) {
  const { webhookSecret: secret, webhookPath = defaultWebhookPath, host, port, log, timing } = options;
  const receive = await startProbot({ ...options, enqueue: tending.enqueue });
  const webhook = createWebhookListener({ secret, receive, log, isStopping: () => door.isClosed });
  const { api, upgrade } = hub;
  return startFront({ host, port, webhookPath, webhook, fetch: api.fetch, upgrade, log, timing: timing?.front });
}

/** A worker that came, and a slot that became free, may be what any repository waits for. */
function wakeWithWorkers({ hub, repositories }: Parts): void {
  hub.events.subscribe((event) => {
    if (event.kind === "run-start") repositories.peek(event.repository)?.wake(event.plan);
    if (event.kind !== "worker-change" && event.kind !== "run-end" && event.kind !== "run-gone") return;
    void repositories.all().then((all) => {
      for (const repository of all) repository.wake();
    });
  });
}

async function reconcileAll(repositories: Repositories): Promise<void> {
  for (const repository of await repositories.refresh()) {
    await repository.sweep();
    await repository.reconcile();
  }
}

async function stop(parts: Parts, front: { stop(): Promise<void> }) {
  const { tending, repositories, hub, stopping, options, door } = parts;
  door.isClosed = true;
  const orderly = Promise.all([tending.stop(), hub.close(), front.stop(), repositories.stop()]);
  const patience = new AbortController();
  const late = systemClock.sleep(stopPatience, patience.signal).then(
    () => options.log.warn({}, "Stopping took too long; what is left is cut off"),
    () => undefined,
  );
  await Promise.race([orderly, late]).catch((error) => options.log.error({ error: String(error) }, "Stopping failed"));
  patience.abort();
  stopping.abort();
}
