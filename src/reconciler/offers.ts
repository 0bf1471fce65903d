import { pauseAfter } from "../core/queue/attempts.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { Candidate, Choice, ReadyTask, Selection } from "../core/queue/select.ts";
import { activeTasks, readyTasks, select } from "../core/queue/select.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { fullName } from "../core/repository.ts";
import { composeOffer } from "./offer.ts";
import type { ReconcilerOptions } from "./ports.ts";
import type { Sightings } from "./sightings.ts";

export interface OffersNeeds {
  readonly options: ReconcilerOptions;
  readonly sightings: Sightings;
  /** Look at the plan again after so many milliseconds. */
  readonly wake: (plan: number, milliseconds: number) => void;
}

/** How long offers under way are waited for when everything stops, milliseconds. */
const longestSettling = 3_000;

/** Rest of a task that no worker would take, milliseconds. */
const declinedPause = 5_000;

/** Brings ready tasks to workers. Offers are under way beside the loop, each task in one at most. */
export class Offers {
  readonly #needs: OffersNeeds;
  readonly #underWay = new Map<number, { readonly plan: number; readonly done: Promise<void> }>();

  constructor(needs: OffersNeeds) {
    this.#needs = needs;
  }

  /** Offers what is ready in these snapshots, all of them fresh; `others` only count what is being worked on. */
  make(fresh: readonly Snapshot[], others: readonly Snapshot[], policy: Policy): void {
    const now = this.#needs.options.clock.now();
    const ready = fresh.flatMap((snapshot) => this.#ready(snapshot, policy, now));
    const active = this.#active([...fresh, ...others], policy, now);
    for (const choice of select({ ready, active, policy, workers: this.#candidates() })) {
      const snapshot = fresh.find(({ state }) => state.record.issue === choice.task.plan);
      if (snapshot !== undefined) this.#start(choice, snapshot, policy);
    }
  }

  /** Tasks that are being offered this moment. */
  isUnderWay(issue: number): boolean {
    return this.#underWay.has(issue);
  }

  /** Waits for the offers under way, but not long: one cut off is no harm, its worker's claim stands or falls by the lease. */
  async settle(): Promise<void> {
    const waiting = new AbortController();
    const late = this.#needs.options.clock.sleep(longestSettling, waiting.signal).catch(() => undefined);
    await Promise.race([Promise.all([...this.#underWay.values()].map(({ done }) => done)), late]);
    waiting.abort();
  }

  #ready(snapshot: Snapshot, policy: Policy, now: number): readonly ReadyTask[] {
    const { sightings, wake } = this.#needs;
    const ready = readyTasks(snapshot, policy, now);
    for (const { issue } of snapshot.tasks) {
      if (issue !== undefined && !ready.some((task) => task.issue === issue.number))
        sightings.forgetReady(issue.number);
    }
    return ready.flatMap((task) => {
      const rest = sightings.restLeft(task.issue);
      if (rest > 0) wake(task.plan, rest);
      if (rest > 0 || this.#underWay.has(task.issue)) return [];
      return [{ ...task, readyFor: sightings.readyFor(task.issue) }];
    });
  }

  /** What snapshots, the hub and offers under way know of, each task once. */
  #active(snapshots: readonly Snapshot[], policy: Policy, now: number): Selection["active"] {
    const active = new Map<number, number>();
    const seen = snapshots.flatMap((snapshot) => activeTasks(snapshot, policy, now));
    const planOf = new Map(
      snapshots.flatMap(({ state, tasks }) =>
        tasks.flatMap(({ issue }) => (issue === undefined ? [] : [[issue.number, state.record.issue] as const])),
      ),
    );
    for (const { issue, plan } of seen) active.set(issue, plan);
    for (const [issue, { plan }] of this.#underWay) active.set(issue, plan);
    for (const { issue } of this.#runs()) active.set(issue, planOf.get(issue) ?? 0);
    return [...active].map(([issue, plan]) => ({ issue, plan }));
  }

  #runs() {
    const { dispatch, forge } = this.#needs.options;
    return dispatch.runs(forge.repository);
  }

  #candidates(): readonly Candidate[] {
    const { dispatch, forge } = this.#needs.options;
    const name = fullName(forge.repository);
    return dispatch.workers().map(({ id, connected, draining, slots, free, warm }) => ({
      ...{ id, connected, draining, slots, free },
      warm: warm.includes(name),
    }));
  }

  #start(choice: Choice, snapshot: Snapshot, policy: Policy): void {
    const { plan, issue } = choice.task;
    const done = this.#offer(choice, snapshot, policy)
      .catch((error: unknown) => {
        const { log } = this.#needs.options;
        log.error({ plan, issue, error: String(error) }, "An offer failed");
        this.#needs.sightings.rest(issue, pauseAfter);
      })
      .finally(() => {
        this.#underWay.delete(issue);
        this.#needs.wake(plan, 0);
      });
    this.#underWay.set(issue, { plan, done });
  }

  /** The chosen worker first; when it declines, the others in turn. */
  async #offer({ task, worker }: Choice, snapshot: Snapshot, policy: Policy): Promise<void> {
    const { options, sightings } = this.#needs;
    const { plan, issue } = task;
    const tried = new Set<string>();
    let next: string | undefined = worker;
    while (next !== undefined) {
      tried.add(next);
      const offer = await composeOffer({ options, snapshot, policy, ready: task, worker: next });
      options.log.info({ plan, issue, task: task.task.key, worker: next, run: offer.run }, "Offering a task");
      if (await options.dispatch.offer(next, offer)) return sightings.forgetReady(issue);
      const others = this.#candidates().filter(({ id }) => !tried.has(id));
      next = select({ ready: [task], active: [], policy, workers: others })[0]?.worker;
    }
    options.log.info({ plan, issue }, "No worker took the task");
    sightings.rest(issue, () => declinedPause);
  }
}
