import type { HeldLease } from "../../../src/core/lease/lease.ts";
import { noUsage } from "../../../src/core/plan/plan.ts";
import type { RunView } from "../../../src/core/queue/snapshot.ts";
import type { FailureKind, RunOutcome, RunRecord } from "../../../src/core/run/run.ts";
import { createLeases } from "../../../src/git/leases.ts";
import type { Mirror } from "../../../src/git/mirror.ts";
import { writeCommit } from "../../../src/git/objects.ts";
import { publish } from "../../../src/git/publish.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Dispatch, RunEnded, TaskOffer } from "../../../src/ports/dispatch.ts";
import { formatRun } from "../../../src/wire/run-json.ts";
import { makeMirror, quiet } from "../../git/origin.ts";

/** Workers without agents: what they do with git is what real ones do, the work is one line in a file of its own. */
export interface LightWorkers extends Dispatch {
  listen(listener: (ended: RunEnded) => void): void;
  /** How often a run was begun. */
  readonly begun: () => number;
}

interface Hands {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly worker: string;
}

export interface LightWorkersOptions {
  readonly folder: string;
  readonly gitUrl: string;
  readonly token: string;
  readonly clock: Clock;
  readonly workers: number;
  readonly slots: number;
}

export async function startLightWorkers(options: LightWorkersOptions): Promise<LightWorkers> {
  const { folder, gitUrl, token, clock, slots } = options;
  const names = Array.from({ length: options.workers }, (_, at) => `light-${at}`);
  const hands = new Map<string, Hands>();
  for (const worker of names) {
    hands.set(worker, { worker, clock, mirror: await makeMirror(folder, worker, gitUrl, token) });
  }
  const runs = new Map<string, RunView>();
  let listener: (ended: RunEnded) => void = () => undefined;
  let begun = 0;
  const views = () =>
    names.map((id) => {
      const taken = [...runs.values()].filter(({ worker }) => worker === id).length;
      return { id, connected: true, slots, free: slots - taken, agents: ["light"], warm: [], draining: false };
    });
  const work = async (hand: Hands, offer: TaskOffer) => {
    const outcome = await carryOut(hand, offer).catch((error: unknown) => failed("internal", String(error), clock));
    runs.delete(offer.run);
    const { repository, plan, issue, run } = offer;
    listener({ repository, plan, issue, run, outcome });
  };
  return {
    begun: () => begun,
    listen(next) {
      listener = next;
    },
    workers: views,
    runs: () => [...runs.values()],
    async offer(worker, offer) {
      const hand = hands.get(worker);
      if (hand === undefined || views().some(({ id, free }) => id === worker && free <= 0)) return false;
      const { run, issue } = offer;
      const startedAt = new Date(clock.now()).toISOString();
      runs.set(run, { run, issue, worker, agent: "light", phase: "working", startedAt });
      begun += 1;
      void work(hand, offer);
      return true;
    },
    stop: () => undefined,
    isGone(holder) {
      const [worker = "", run = ""] = holder.split("/");
      return hands.has(worker) && !runs.has(run);
    },
  };
}

function failed(kind: FailureKind, message: string, clock: Clock): RunOutcome {
  const at = new Date(clock.now()).toISOString();
  return { kind: "failed", usage: noUsage, failure: { kind, message: message.slice(0, 500), at } };
}

async function carryOut(hands: Hands, offer: TaskOffer): Promise<RunOutcome> {
  const { mirror, clock, worker } = hands;
  const leases = createLeases({ mirror, clock, log: quiet, defaultBranch: offer.defaultBranch });
  const holder = `${worker}/${offer.run}`;
  const claim = await leases.swap(offer.expected, { ...offer.lease, phase: "running", holder });
  if (claim.kind === "lost") return failed("lease-lost", "somebody else has it", clock);
  const { base, head } = await doWork(hands, offer);
  const { branch } = offer.lease;
  const expected = (await mirror.read([`refs/heads/${branch}`])).get(`refs/heads/${branch}`);
  const lease = { ...claim.held.lease, phase: "published", head, base } as const;
  const record = runRecord({ offer, held: claim.held, base, head, worker });
  const files = new Map([
    ["result.md", `Result of ${offer.task.key}.\n`],
    ["run.json", formatRun(record)],
  ]);
  const publisher = { mirror, clock, log: quiet };
  const answer = await publish(publisher, { name: branch, expected }, { held: claim.held, lease, head, files });
  if (answer.kind === "published") {
    return { kind: "published", head, lease: answer.lease, verification: record.verification, usage: noUsage };
  }
  return failed(answer.kind === "lease-lost" ? "lease-lost" : "conflict", answer.kind, clock);
}

/** One file more than the default branch has. */
async function doWork({ mirror, worker }: Hands, offer: TaskOffer): Promise<{ base: string; head: string }> {
  const base = await mirror.branch(offer.defaultBranch);
  if (base === undefined) throw new Error("there is nothing to start from");
  const git = async (args: readonly string[], input?: string) =>
    (await mirror.git(args, input === undefined ? {} : { input })).stdout.toString();
  const blob = (await git(["hash-object", "-w", "--stdin"], `${offer.task.key}, epoch ${offer.lease.epoch}\n`)).trim();
  const entries = await git(["ls-tree", base]);
  const tree = (await git(["mktree"], `${entries}100644 blob ${blob}\ttask-${offer.issue}.txt\n`)).trim();
  const author = { name: worker, email: `${worker}@example.com` };
  return { base, head: await writeCommit(mirror, { tree, parents: [base], message: offer.task.title, author }) };
}

function runRecord({
  offer,
  held,
  base,
  head,
  worker,
}: {
  offer: TaskOffer;
  held: HeldLease;
  base: string;
  head: string;
  worker: string;
}): RunRecord {
  const at = new Date().toISOString();
  return {
    ...{ version: 1, run: offer.run, plan: offer.plan, task: offer.task.key, issue: offer.issue, base, head, worker },
    ...{ epoch: held.lease.epoch, agent: "light", sandbox: "none", usage: noUsage, startedAt: at, endedAt: at },
    verification: { kind: "passed", command: "true", milliseconds: 1 },
    filesChanged: 1,
  };
}
