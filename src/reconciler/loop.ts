import PQueue from "p-queue";
import { pauseAfter } from "../core/queue/attempts.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { statusText } from "../core/queue/status.ts";
import type { RunEnded } from "../ports/dispatch.ts";
import { operatorPolicy } from "../wire/config.ts";
import { Offers } from "./offers.ts";
import type { Overview, PassResult } from "./pass.ts";
import { passOnce } from "./pass.ts";
import { policyReader } from "./policy.ts";
import type { ReconcilerOptions, ReconcilerTiming } from "./ports.ts";
import { defaultTiming } from "./ports.ts";
import { Schedule } from "./schedule.ts";
import { isWorthALook, settledMark } from "./settled.ts";
import { Sightings } from "./sightings.ts";

/** Plans looked at in parallel; one plan never twice at once. */
const plansAtOnce = 4;

/** When the same acts are due again although they were just done, the forge shows an old state: milliseconds to wait. */
const stalePause = 3_000;

/** How long offers under way are waited for when everything stops, milliseconds. */
const offersAtTheEnd = 3_000;

/** Drives every plan of one repository towards what it should be. Level-driven: being woken only makes it faster. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #timing: ReconcilerTiming;
  readonly #sightings: Sightings;
  readonly #schedule: Schedule;
  readonly #offers: Offers;
  readonly #readPolicy: ReturnType<typeof policyReader>;
  readonly #snapshots = new Map<number, Snapshot>();
  readonly #acts = new Map<number, string>();
  /** Failed passes in a row, and the monotonic time until which the plan then rests, whoever wakes it. */
  readonly #failures = new Map<number, { readonly count: number; readonly until: number }>();
  /** Plans whose last look did not get as far as a snapshot. */
  readonly #unseen = new Set<number>();
  /** Plans that are not approved, as they were when nothing was left to do. */
  readonly #settled = new Map<number, string>();
  /** Who waits for `reconcileAll`. */
  readonly #idlers: (() => void)[] = [];
  #policy: Policy;
  #sweepAt: number;
  #sweepFailures = 0;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#sightings = new Sightings(options.clock);
    this.#schedule = new Schedule(options.clock);
    this.#readPolicy = policyReader(options.code, options.limits);
    this.#policy = operatorPolicy(options.limits);
    this.#sweepAt = options.clock.monotonic();
    const wake = (plan: number, milliseconds: number) => this.#add(plan, milliseconds);
    this.#offers = new Offers({ options, sightings: this.#sightings, wake });
  }

  /** Something happened at this issue or pull request: look at its plan soon. */
  wake(number: number): void {
    this.#add(this.#planOf(number));
  }

  /** Look at every plan soon: at the start, after an outage, when workers came. */
  wakeAll(): void {
    this.#sweepAt = Math.min(this.#sweepAt, this.#options.clock.monotonic() + this.#timing.debounce);
    this.#schedule.interrupt();
  }

  /** Looks at every plan now; resolves when nothing is due any more but what time alone brings. Needs `run`. */
  reconcileAll(): Promise<void> {
    this.#sweepAt = this.#options.clock.monotonic();
    this.#schedule.interrupt();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  /** A run has ended: its task rests after a failure even when no lease could say so. */
  runEnded({ plan, issue, outcome }: Pick<RunEnded, "plan" | "issue" | "outcome">): void {
    if (outcome.kind === "failed") this.#sightings.rest(issue, pauseAfter);
    else this.#sightings.endRest(issue);
    this.#add(plan);
  }

  /** The latest look at a plan, or at the plan of a task's issue. */
  snapshot(number: number): Snapshot | undefined {
    return this.#snapshots.get(this.#planOf(number));
  }

  /** The policy as last read. */
  get policy(): Policy {
    return this.#policy;
  }

  /** What `/status` says of a plan that has been looked at. */
  status(number: number): string | undefined {
    const snapshot = this.snapshot(number);
    return snapshot && statusText(snapshot, this.#policy, this.#options.clock.now());
  }

  /** Works until the signal; what is being performed then is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#options.clock.monotonic() >= this.#sweepAt) await this.#sweep();
      const plans = this.#schedule.take();
      if (plans.length > 0) await this.#wave(plans, signal);
      else await this.#rest(signal);
    }
    await this.#settleOffers();
    for (const idle of this.#idlers.splice(0)) idle();
  }

  /** An offer cut off is no harm: its worker's claim stands or falls by the lease. */
  async #settleOffers(): Promise<void> {
    const waiting = new AbortController();
    const late = this.#options.clock.sleep(offersAtTheEnd, waiting.signal).catch(() => undefined);
    await Promise.race([this.#offers.settle(), late]);
    waiting.abort();
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const soon = this.#options.clock.monotonic() + this.#timing.debounce;
    if (!this.#schedule.isAnyDueBy(soon) && this.#sweepAt > soon) for (const idle of this.#idlers.splice(0)) idle();
    await this.#schedule.wait(this.#sweepAt, signal);
  }

  /** Approved plans always; others only when something about them is not settled. */
  async #sweep(): Promise<void> {
    const { plans, clock, log } = this.#options;
    try {
      for (const state of await plans.list()) {
        const { issue } = state.record;
        if (isWorthALook(state, this.#settled.get(issue), clock.now())) this.#schedule.add(issue, 0);
      }
      this.#sweepFailures = 0;
      this.#sweepAt = clock.monotonic() + this.#timing.period;
    } catch (error) {
      this.#sweepFailures += 1;
      log.error({ error: String(error) }, "The plans could not be listed");
      this.#sweepAt = clock.monotonic() + this.#pause(this.#sweepFailures);
    }
  }

  async #wave(plans: readonly number[], signal: AbortSignal): Promise<void> {
    let overview: Overview;
    try {
      overview = await this.#look();
    } catch (error) {
      for (const plan of plans) this.#failed(plan, error);
      return;
    }
    const pool = new PQueue({ concurrency: plansAtOnce });
    await pool.addAll(plans.map((plan) => () => this.#pass(plan, overview, signal)));
    if (!signal.aborted) this.#offer();
  }

  /** Runs before leases: a run that ends in between is then seen as still running, never as never begun. */
  async #look(): Promise<Overview> {
    const { dispatch, leases, forge } = this.#options;
    const reading = await this.#readPolicy();
    this.#policy = reading.policy;
    const runs = dispatch.runs(forge.repository);
    return { ...reading, runs, leases: await leases.list() };
  }

  async #pass(plan: number, overview: Overview, signal: AbortSignal): Promise<void> {
    this.#unseen.add(plan);
    const onSeen = (snapshot: Snapshot) => {
      this.#snapshots.set(plan, snapshot);
      this.#unseen.delete(plan);
    };
    try {
      const result = await passOnce({
        plan,
        overview,
        signal,
        ports: this.#options,
        sightings: this.#sightings,
        lastActs: this.#acts.get(plan) ?? "",
        onSeen,
      });
      this.#failures.delete(plan);
      if (result.kind === "gone") this.#forget(plan);
      else this.#plan(plan, result);
    } catch (error) {
      this.#failed(plan, error);
    }
  }

  /** When to look again: at once after acts, later when the same acts were due once more. */
  #plan(plan: number, { acts, snapshot, wakeAfter }: Extract<PassResult, { kind: "seen" }>): void {
    const repeated = acts !== "" && acts === this.#acts.get(plan);
    this.#acts.set(plan, acts);
    if (acts !== "") this.#add(plan, repeated ? stalePause : 0);
    else this.#settled.set(plan, settledMark(snapshot.state));
    if (wakeAfter !== undefined) this.#add(plan, wakeAfter);
  }

  /** Never sooner than the debounce, never before a failed plan's rest is over. */
  #add(plan: number, milliseconds = 0): void {
    const rest = (this.#failures.get(plan)?.until ?? 0) - this.#options.clock.monotonic();
    this.#schedule.add(plan, Math.max(milliseconds, this.#timing.debounce, rest));
  }

  /** Only from what is fresh: a plan about to be looked at again may have changed since. */
  #offer(): void {
    const all = [...this.#snapshots.values()].filter(({ state }) => state.record.status.kind === "approved");
    const isFresh = ({ state: { record } }: Snapshot) =>
      !this.#schedule.isDueWithin(record.issue, this.#timing.debounce) && !this.#unseen.has(record.issue);
    this.#offers.make(
      all.filter(isFresh),
      all.filter((snapshot) => !isFresh(snapshot)),
      this.#policy,
    );
  }

  #failed(plan: number, error: unknown): void {
    const { clock, log } = this.#options;
    const count = (this.#failures.get(plan)?.count ?? 0) + 1;
    const pause = this.#pause(count);
    log.error({ plan, count, pause, error: String(error) }, "A plan could not be reconciled; it is tried again");
    this.#failures.set(plan, { count, until: clock.monotonic() + pause });
    this.#acts.delete(plan);
    this.#add(plan, pause);
  }

  #pause(failures: number): number {
    return Math.min(this.#timing.longestPause, this.#timing.firstPause * 2 ** Math.min(failures - 1, 20));
  }

  #forget(plan: number): void {
    for (const table of [this.#snapshots, this.#acts, this.#settled, this.#unseen]) table.delete(plan);
  }

  /** The plan an issue or pull request belongs to; a number nobody knows may be a plan itself. */
  #planOf(number: number): number {
    if (this.#snapshots.has(number)) return number;
    for (const [plan, { tasks }] of this.#snapshots) {
      if (tasks.some(({ issue, pull }) => issue?.number === number || pull?.number === number)) return plan;
    }
    return number;
  }
}
