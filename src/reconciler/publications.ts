import { CoppiceError } from "../core/errors.ts";
import type { LeaseView, TaskSnapshot } from "../core/queue/snapshot.ts";
import type { RunRecord } from "../core/run/run.ts";
import type { TaskKey } from "../core/task/task.ts";
import { planFolder, runPath } from "../wire/ledger-paths.ts";
import { parseRun } from "../wire/run-json.ts";
import type { FoldedRun } from "./folded-runs.ts";
import type { Observation } from "./observe.ts";

export interface LedgerReader {
  readonly ports: Pick<Observation["ports"], "plans" | "log">;
  readonly sightings: Pick<Observation["sightings"], "runs">;
  /** The plan's issue number. */
  readonly plan: number;
}

type Found = Pick<TaskSnapshot, "folded" | "publication">;

/** The run record behind a lease: of the publishing lease itself, or the newest in the ledger that made the lease's head. */
export async function findPublication(at: Observation, task: TaskKey, lease: LeaseView): Promise<Found> {
  const { epoch, phase, head } = lease.lease;
  if (head === undefined) return { folded: false };
  const own = await foldedRun(readerOf(at), task, epoch, phase === "free");
  if (phase !== "published" && own === undefined) return { folded: false, ...(await earlierRun(at, task, lease)) };
  const record = own === undefined ? await carriedRecord(at, lease) : own.record;
  return { folded: own !== undefined, ...(record === undefined ? {} : { publication: record }) };
}

/** The records of a task's published attempts: those this process saw, else what the ledger has of the first `epochs`. */
export async function publishedRuns(at: LedgerReader, task: TaskKey, epochs: number): Promise<readonly RunRecord[]> {
  const prefix = `${at.plan}/${task}/`;
  const seen = at.sightings.runs
    .ofPlan(at.plan)
    .flatMap(([key, run]) => (key.startsWith(prefix) && run?.record ? [run.record] : []));
  if (seen.length > 0) return seen;
  const all = Array.from({ length: epochs }, (_, index) => foldedRun(at, task, index + 1, true));
  return (await Promise.all(all)).flatMap((run) => (run?.record === undefined ? [] : [run.record]));
}

/** Every record of the task's first `epochs` attempts that the ledger has: one request for each not seen before. */
export async function everyRun(at: LedgerReader, task: TaskKey, epochs: number): Promise<readonly RunRecord[]> {
  const all = Array.from({ length: epochs }, (_, index) => foldedRun(at, task, index + 1, false));
  return (await Promise.all(all)).flatMap((run) => (run?.record === undefined ? [] : [run.record]));
}

/** A task whose lease is gone has had so many attempts at most; what is not in the ledger costs no request. */
export const mostEpochs = 50;

/** The newest epoch that the ledger has a record of; 0: none. */
export async function recordedEpoch(at: LedgerReader, task: TaskKey): Promise<number> {
  return Math.max(0, ...(await everyRun(at, task, mostEpochs)).map(({ epoch }) => epoch));
}

/** When the newest of a plan's published attempts ended, of those this process saw: ISO 8601, a worker's clock. */
export function newestSuccess({ runs }: Pick<Observation["sightings"], "runs">, plan: number): string | undefined {
  return runs.newestEnd(plan);
}

/** An attempt after the published one may have failed: what is on the branch is still the earlier work. */
async function earlierRun(at: Observation, task: TaskKey, { lease }: LeaseView): Promise<Pick<Found, "publication">> {
  for (let epoch = lease.epoch - 1; epoch > 0; epoch--) {
    const run = await foldedRun(readerOf(at), task, epoch, true);
    if (run !== undefined) return run.record === undefined ? {} : { publication: run.record };
  }
  return {};
}

/** `final`: results are folded before a lease is released, so that what is not there now is looked for by the clock alone. */
async function foldedRun(
  at: LedgerReader,
  task: TaskKey,
  epoch: number,
  final: boolean,
): Promise<FoldedRun | undefined> {
  const { ports, sightings, plan } = at;
  const key = `${plan}/${task}/${epoch}`;
  const known = sightings.runs.get(key);
  if (known !== undefined) return known ?? undefined;
  const path = runPath(plan, task, epoch).slice(planFolder(plan).length + 1);
  const text = await ports.plans.file(plan, path);
  if (text === undefined) {
    if (final) sightings.runs.set(key, null);
    return undefined;
  }
  const record = parseOrWarn(at, text, path);
  const run: FoldedRun = record === undefined ? {} : { record };
  sightings.runs.set(key, run);
  return run;
}

async function carriedRecord(at: Observation, { oid }: LeaseView): Promise<RunRecord | undefined> {
  const known = at.sightings.published.get(oid);
  if (known !== undefined) return known ?? undefined;
  const text = (await at.ports.leases.files(oid)).get("run.json");
  const record = text === undefined ? undefined : parseOrWarn(readerOf(at), text, `lease ${oid}: run.json`);
  at.sightings.published.set(oid, record ?? null);
  return record;
}

/** A record that cannot be read verifies nothing: the merge is left to a person. */
function parseOrWarn({ ports }: LedgerReader, text: string, path: string): RunRecord | undefined {
  try {
    return parseRun(text);
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    ports.log.warn({ path, reason: error.message }, "A run record cannot be read");
    return undefined;
  }
}

function readerOf({ ports, sightings, state }: Observation): LedgerReader {
  return { ports, sightings, plan: state.record.issue };
}
