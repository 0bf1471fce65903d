import PQueue from "p-queue";
import { CoppiceError } from "../core/errors.ts";
import { pauseAfter } from "../core/queue/attempts.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { startedTasks } from "../core/queue/started.ts";
import { statusText } from "../core/queue/status.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { RunEnded } from "../ports/dispatch.ts";
import { operatorPolicy } from "../wire/config.ts";
import { BrokenPlans } from "./broken-plans.ts";
import { Looks } from "./looks.ts";
import { observe } from "./observe.ts";
import { Offers } from "./offers.ts";
import { Overviews } from "./overviews.ts";
import type { Overview, PassResult } from "./pass.ts";
import { passOnce } from "./pass.ts";
import type { ReconcilerOptions, ReconcilerTiming } from "./ports.ts";
import { defaultTiming } from "./ports.ts";
import { staleMilliseconds } from "./readings.ts";
import { Schedule } from "./schedule.ts";
import { Setbacks } from "./setbacks.ts";
import { Sightings } from "./sightings.ts";

/** Plans looked at in parallel; one plan never twice at once. */
const plansAtOnce = 4;

/** How long offers under way are waited for when everything stops, milliseconds. */
const offersAtTheEnd = 3_000;

/** What others did, as far as it is told: `forge` issues, pull requests or checks; `code` the default branch; `ledger` plans. */
export type News =
  | { readonly kind: "forge" | "code" | "ledger" }
  /** Somebody edited or deleted a comment of ours on this issue. */
  | { readonly kind: "comment"; readonly issue: number };

/** Drives every plan of one repository towards what it should be. Level-driven: being woken only makes it faster. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #timing: ReconcilerTiming;
  readonly #sightings: Sightings;
  readonly #schedule: Schedule;
  readonly #offers: Offers;
  readonly #overviews: Overviews;
  readonly #setbacks: Setbacks;
  readonly #broken: BrokenPlans;
  readonly #looks = new Looks();
  /** Who waits for `reconcileAll`. */
  readonly #idlers: (() => void)[] = [];
  #policy: Policy;
  /** Monotonic times: when plans are listed next, when everything is read anew, when plan comments are. */
  #sweepAt: number;
  #readAt: number;
  #commentsAt: number;
  #sweepFailures = 0;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#sightings = new Sightings(options.clock);
    this.#schedule = new Schedule(options.clock);
    this.#overviews = new Overviews(options, this.#sightings);
    this.#setbacks = new Setbacks(options.clock, this.#timing);
    this.#broken = new BrokenPlans(options);
    this.#policy = operatorPolicy(options.limits);
    this.#sweepAt = options.clock.monotonic();
    this.#readAt = this.#sweepAt;
    this.#commentsAt = this.#sweepAt + this.#timing.commentPeriod;
    const wake = (plan: number, milliseconds: number) => this.#add(plan, milliseconds);
    const specialists = () => this.#overviews.specialists();
    this.#offers = new Offers({ options: { ...options, specialists }, sightings: this.#sightings, wake });
  }

  /** A plan in the ledger, or a run of it, changed: look soon at the plan of this issue or pull request. */
  wake(number: number): void {
    this.#add(this.#looks.planOf(number));
  }

  /** Others changed something that is remembered here: it is read anew, soon. */
  heard(news: News): void {
    const { readings } = this.#sightings;
    if (news.kind === "forge") readings.doubtViews();
    if (news.kind === "code") this.#overviews.doubtCode();
    if (news.kind === "comment") {
      readings.comment(this.#looks.planOf(news.issue)).doubt();
      this.wake(news.issue);
    } else this.wakeAll();
  }

  /** Look at every plan soon: at the start, when workers came. */
  wakeAll(): void {
    this.#sweepAt = Math.min(this.#sweepAt, this.#options.clock.monotonic() + this.#timing.debounce);
    this.#schedule.interrupt();
  }

  /** Looks at every plan now; resolves when nothing is due any more but what time alone brings. Needs `run`. */
  reconcileAll(): Promise<void> {
    this.#readAt = this.#options.clock.monotonic();
    this.#sweepAt = this.#readAt;
    this.#schedule.interrupt();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  /** A run has ended: its task rests after a failure even when no lease could say so. */
  runEnded({ plan, issue, outcome }: Pick<RunEnded, "plan" | "issue" | "outcome">): void {
    if (outcome.kind === "failed") this.#sightings.rest(issue, pauseAfter);
    else this.#sightings.endRest(issue);
    this.#sightings.readings.leases.doubt();
    this.#add(plan);
  }

  /** The latest look at a plan, or at the plan of a task's issue. */
  snapshot(number: number): Snapshot | undefined {
    return this.#looks.at(number);
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

  /** Tasks of an approved plan that somebody has begun, or is being offered: looked at afresh, nothing is performed. */
  async started(plan: number): Promise<readonly TaskKey[]> {
    const { plans } = this.#options;
    const state = await plans.load(plan);
    if (state?.record.status.kind !== "approved") return [];
    const { readings } = this.#sightings;
    readings.view(plan).doubt();
    readings.leases.doubt();
    const overview = await this.#overviews.read();
    const snapshot = await observe({ ports: this.#options, sightings: this.#sightings, state, ...overview });
    const offered = snapshot.tasks.filter(({ issue }) => issue !== undefined && this.#offers.isUnderWay(issue.number));
    return [...new Set([...startedTasks(snapshot), ...offered.map(({ task }) => task.key)])];
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
    const soon = this.#options.clock.monotonic() + this.#soon;
    if (!this.#schedule.isAnyDueBy(soon) && this.#sweepAt > soon) for (const idle of this.#idlers.splice(0)) idle();
    await this.#schedule.wait(this.#sweepAt, signal);
  }

  /** Approved plans always; others only when something about them is not settled. */
  async #sweep(): Promise<void> {
    const { plans, clock, log } = this.#options;
    if (clock.monotonic() >= this.#readAt) this.#doubtAll();
    this.#sweepAt = this.#readAt;
    try {
      for (const state of await plans.list()) {
        const { issue } = state.record;
        if (this.#looks.isWorthOne(state, clock.now())) this.#schedule.add(issue, 0);
      }
      await this.#lookAtBroken();
      this.#sweepFailures = 0;
    } catch (error) {
      this.#sweepFailures += 1;
      log.error({ error: String(error) }, "The plans could not be listed");
      this.#sweepAt = clock.monotonic() + this.#setbacks.pauseAfter(this.#sweepFailures);
    }
  }

  /** What was seen of a plan that cannot be read counts no more; one that can be again is looked at whatever it is. */
  async #lookAtBroken(): Promise<void> {
    const { broken, mended } = await this.#broken.look();
    for (const plan of broken) this.#forget(plan);
    for (const plan of mended) this.#schedule.add(plan, 0);
  }

  /** By the clock: whatever nobody told of is found now at the latest. */
  #doubtAll(): void {
    const now = this.#options.clock.monotonic();
    const { readings } = this.#sightings;
    this.#options.plans.doubt();
    this.#overviews.doubtCode();
    this.#sightings.approvals.doubt();
    this.#sightings.doubtMissing();
    readings.leases.doubt();
    readings.doubtViews();
    this.#readAt = now + this.#timing.period;
    if (now < this.#commentsAt) return;
    readings.doubtComments();
    this.#commentsAt = now + this.#timing.commentPeriod;
  }

  async #wave(plans: readonly number[], signal: AbortSignal): Promise<void> {
    let overview: Overview;
    try {
      overview = await this.#overviews.read();
      this.#policy = overview.policy;
    } catch (error) {
      for (const plan of plans) this.#failed(plan, error);
      return;
    }
    const pool = new PQueue({ concurrency: plansAtOnce });
    await pool.addAll(plans.map((plan) => () => this.#pass(plan, overview, signal)));
    if (!signal.aborted) this.#offer();
  }

  async #pass(plan: number, overview: Overview, signal: AbortSignal): Promise<void> {
    this.#looks.begin(plan);
    try {
      const result = await passOnce({
        plan,
        overview,
        signal,
        ports: { ...this.#options, specialists: () => this.#overviews.specialists() },
        sightings: this.#sightings,
        lastActs: this.#looks.lastActs(plan),
        onSeen: (snapshot) => this.#looks.seen(plan, snapshot),
      });
      this.#setbacks.clear(plan);
      if (result.kind === "gone") this.#forget(plan);
      else this.#plan(plan, result);
    } catch (error) {
      this.#failed(plan, error);
    }
  }

  /** When to look again: soon after acts, later when the same were due once more. */
  #plan(plan: number, { acts, shown, showAfter, snapshot, wakeAfter }: Extract<PassResult, { kind: "seen" }>): void {
    const repeated = this.#looks.isRepeated(plan, { acts, shown });
    if (acts !== "") this.#add(plan, repeated ? staleMilliseconds : this.#timing.settle);
    else if (shown !== "") this.#add(plan, repeated ? staleMilliseconds : 0);
    else if (showAfter === undefined) this.#looks.settle(snapshot);
    if (showAfter !== undefined) this.#add(plan, showAfter);
    const twins = this.#sightings.untilTwinsShow(plan);
    if (twins !== undefined) this.#add(plan, twins);
    this.#lookAgainAt(plan, wakeAfter);
  }

  /** Where time alone changes what is to be done, only what is read then counts. */
  #lookAgainAt(plan: number, wakeAfter: number | undefined): void {
    const now = this.#options.clock.monotonic();
    const { readings } = this.#sightings;
    const view = readings.view(plan);
    if (wakeAfter !== undefined) {
      view.doubtAt(now + wakeAfter);
      readings.leases.doubtAt(now + wakeAfter);
      this.#add(plan, wakeAfter);
    }
    if (view.until > now && Number.isFinite(view.until)) this.#add(plan, view.until - now);
  }

  /** Never sooner than the debounce, never before a failed plan's rest is over. */
  #add(plan: number, milliseconds = 0): void {
    this.#schedule.add(plan, Math.max(milliseconds, this.#timing.debounce, this.#setbacks.restLeft(plan)));
  }

  /** A plan due within so many milliseconds is about to be seen otherwise than it was. */
  get #soon(): number {
    return Math.max(this.#timing.debounce, this.#timing.settle);
  }

  /** Only from what is fresh: a plan about to be looked at again may have changed since. */
  #offer(): void {
    const all = this.#looks.approved();
    const isFresh = ({ state: { record } }: Snapshot) =>
      !this.#schedule.isDueWithin(record.issue, this.#soon) && !this.#looks.isUnseen(record.issue);
    this.#offers.make(
      all.filter(isFresh),
      all.filter((snapshot) => !isFresh(snapshot)),
      this.#policy,
    );
  }

  #failed(plan: number, error: unknown): void {
    const { count, pause } = this.#setbacks.add(plan);
    const { log, plans } = this.#options;
    log.error({ plan, count, pause, error: String(error) }, "A plan could not be reconciled; it is tried again");
    this.#looks.failed(plan);
    this.#sightings.readings.doubtPlan(plan);
    plans.doubt();
    // Told in the thread by the next sweep, and seen by a later one when it can be read again.
    const isBroken = error instanceof CoppiceError && error.code === "ledger-invalid";
    if (!isBroken) this.#add(plan, pause);
    else if (count === 1) this.wakeAll();
  }

  #forget(plan: number): void {
    this.#looks.forget(plan);
    this.#sightings.forget(plan);
  }
}
