import { isBegunAnew, pauseAfter } from "../core/queue/attempts.ts";
import type { Queue } from "../core/queue/explain.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { Choice, ReadyTask } from "../core/queue/select.ts";
import { select } from "../core/queue/select.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { planHold } from "../core/queue/task-state.ts";
import { composeOffer } from "./offer.ts";
import type { Offerable } from "./offerable.ts";
import { offerableAtLook } from "./offerable.ts";
import type { ReconcilerOptions } from "./ports.ts";
import type { QueueRequest } from "./queue.ts";
import { candidates, queueOf, selectable } from "./queue.ts";
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
  readonly #followed = new WeakMap<Snapshot, Policy>();

  constructor(needs: OffersNeeds) {
    this.#needs = needs;
  }

  /** Offers what is ready in these snapshots, all of them fresh; `others` only count what is being worked on. */
  make(fresh: readonly Snapshot[], others: readonly Snapshot[], policy: Policy): void {
    const now = this.#needs.options.clock.now();
    const offerable = (snapshot: Snapshot) => offerableAtLook(snapshot, policy, now);
    for (const snapshot of fresh) this.#follow(snapshot, offerable(snapshot), policy);
    const selection = this.#selection([fresh, others], { policy, now, offerable });
    const { ready, parked } = selection;
    if (ready.length === 0) return;
    for (const { left } of parked)
      for (const plan of new Set(ready.map((task) => task.plan))) this.#needs.wake(plan, left);
    const byPlan = new Map(fresh.map((snapshot) => [snapshot.state.record.issue, snapshot]));
    for (const choice of select(selectable(selection))) {
      const snapshot = byPlan.get(choice.task.plan);
      if (snapshot !== undefined) this.#start(choice, snapshot, selection);
    }
  }

  /** What would be chosen from by these snapshots; nothing is offered, and nothing remembered. */
  queue(snapshots: readonly Snapshot[], policy: Policy): Queue {
    return this.#selection([snapshots, []], { policy, now: this.#needs.options.clock.now() });
  }

  /** By issue. */
  get underWay(): ReadonlyMap<number, { readonly plan: number }> {
    return this.#underWay;
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

  #selection(
    snapshots: Parameters<typeof queueOf>[1],
    moment: Pick<QueueRequest, "policy" | "now" | "offerable">,
  ): Queue {
    const { options, sightings } = this.#needs;
    return queueOf({ options, sightings, underWay: this.#underWay, ...moment }, snapshots);
  }

  /** Who waits from now on, and who does not any more: once a look. */
  #follow(snapshot: Snapshot, { ready }: Offerable, policy: Policy): void {
    if (this.#followed.get(snapshot) === policy) return;
    this.#followed.set(snapshot, policy);
    const { sightings, wake } = this.#needs;
    const issues = new Set(ready.map(({ issue }) => issue));
    for (const { issue } of snapshot.tasks) {
      if (issue !== undefined && !issues.has(issue.number)) sightings.forgetReady(issue.number);
    }
    for (const task of ready) {
      // Whoever has it tried anew does not want it to rest.
      if (isBegunAnew(task.at, retriedAt(snapshot, task))) sightings.endRest(task.issue);
      const rest = sightings.restLeft(task.issue);
      if (rest > 0) wake(task.plan, rest);
    }
  }

  #start(choice: Choice, snapshot: Snapshot, queue: Queue): void {
    const { plan, issue } = choice.task;
    const done = this.#offer(choice, snapshot, queue)
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
  async #offer({ task, worker, agent }: Choice, snapshot: Snapshot, queue: Queue): Promise<void> {
    const { options, sightings } = this.#needs;
    const { plan, issue } = task;
    const tried = new Set<string>();
    let next: Pick<Choice, "worker" | "agent"> | undefined = { worker, ...(agent === undefined ? {} : { agent }) };
    while (next !== undefined) {
      if (await this.#isUnwanted(task, snapshot)) return;
      tried.add(next.worker);
      const offer = await composeOffer({ options, snapshot, policy: queue.policy, ready: task, ...next });
      options.log.info({ plan, issue, task: task.task.key, worker: next.worker, run: offer.run }, "Offering a task");
      if (await options.dispatch.offer(next.worker, offer)) return sightings.forgetReady(issue);
      const workers = candidates(options).filter(({ id }) => !tried.has(id));
      next = select({ ...selectable(queue), ready: [task], active: [], workers })[0];
    }
    options.log.info({ plan, issue }, "No worker took the task");
    sightings.rest(issue, () => declinedPause);
  }

  /** Since the look somebody may have paused the plan or the task, or given it up. */
  async #isUnwanted({ plan, task }: ReadyTask, snapshot: Snapshot): Promise<boolean> {
    const state = await this.#needs.options.plans.load(plan);
    if (state === undefined || planHold({ ...snapshot, state }) !== undefined) return true;
    return state.record.steering?.tasks?.[task.key]?.paused !== undefined;
  }
}

function retriedAt({ state }: Snapshot, { task }: ReadyTask): string | undefined {
  return state.record.steering?.tasks?.[task.key]?.retried?.at;
}
