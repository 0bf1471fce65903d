import type { HeldLease } from "../../../src/core/lease/lease.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import { Reconciler } from "../../../src/reconciler/loop.ts";
import { keepLease } from "../../../src/runner/lease-keeper.ts";
import { quiet } from "../../planner/inbox/support.ts";
import type { Stage } from "../../reconciler/stage.ts";
import { openStage, task } from "../../reconciler/stage.ts";

/** What an observer did about a task that a worker of another hub held. */
export interface Observation {
  /** Epochs that began while the holder still renewed. */
  readonly early: number;
  /** How long after the holder's last renewal it took the task over, true milliseconds. */
  readonly takenOverAfter: number;
}

/** A worker of another hub holds a task for so many hours and then dies; a hub with such a clock looks on. */
export async function observeHolder(clockOf: (clock: Clock) => Clock, hours: number): Promise<Observation> {
  const workers = { fresh: 0 };
  const stage = openStage({ config: "merge: auto\nverify: npm test", workers });
  const plan = stage.approve([task("T1")]);
  const stop = startObserver(stage, clockOf(stage.clock));
  await stage.until(async () => Object.keys((await stage.state(plan)).record.tasks).length === 1);
  const { number: issue } = await stage.issueOf(plan, "T1");
  const held = claimElsewhere(stage, plan, issue);
  const swap = async (expected: string | undefined, lease: HeldLease["lease"]) => stage.leases.move(expected, lease);
  const keeper = keepLease(held, { leases: { swap }, clock: stage.clock, log: quiet });
  workers.fresh = 1;
  await stage.pass(hours * 3_600_000);
  const epoch = () => stage.leases.current.get(issue)?.lease.epoch ?? 0;
  const early = epoch() - 1;
  await keeper.stop();
  const left = stage.clock.monotonic();
  await stage.until(() => epoch() > 1 + early, 3 * 3_600_000);
  const takenOverAfter = stage.clock.monotonic() - left;
  await stage.until(() => stage.world.issues.get(plan)?.state === "closed");
  await stop();
  return { early, takenOverAfter };
}

function startObserver(stage: Stage, clock: Clock): () => Promise<void> {
  const reconciler = new Reconciler({ ...stage.options, clock });
  const stopping = new AbortController();
  const ended = reconciler.run(stopping.signal);
  stage.dispatch.listen((run) => reconciler.runEnded(run));
  return async () => {
    stopping.abort();
    await ended;
  };
}

function claimElsewhere({ leases }: Stage, plan: number, issue: number): HeldLease {
  const branch = `coppice/${issue}-task-t1`;
  const lease = { version: 1, plan, task: "T1", issue, branch, nonce: "", seconds: 900, failures: [] } as const;
  const answer = leases.move(undefined, { ...lease, phase: "running", holder: "elsewhere/run-1", epoch: 1 });
  if (answer.kind === "lost") throw new Error("somebody was faster");
  return answer.held;
}
