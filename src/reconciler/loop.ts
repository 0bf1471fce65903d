import PQueue from "p-queue";
import { CoppiceError } from "../core/errors.ts";
import { pauseAfter } from "../core/queue/attempts.ts";
import type { Policy } from "../core/queue/policy.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import type { RunEnded } from "../ports/dispatch.ts";
import { operatorPolicy } from "../wire/config.ts";
import { Answers } from "./answers.ts";
import { lookAgainAfter } from "./look-again.ts";
import { Looks } from "./looks.ts";
import { Offers } from "./offers.ts";
import { Overviews } from "./overviews.ts";
import type { Overview, PassResult } from "./pass.ts";
import { passOnce } from "./pass.ts";
import type { ReconcilerOptions, ReconcilerTiming } from "./ports.ts";
import { defaultTiming } from "./ports.ts";
import { Schedule } from "./schedule.ts";
import { Setbacks } from "./setbacks.ts";
import { Sightings } from "./sightings.ts";
import { Sweeps } from "./sweeps.ts";

/** Plans looked at in parallel; one plan never twice at once. */
const plansAtOnce = 4;

/** What others did, as far as it is told: `forge` issues, pull requests or checks; `code` the default branch; `ledger` plans. */
export type News =
  | { readonly kind: "code" | "ledger" }
  /** `of`: these alone changed; those of no plan are nothing to us. */
  | { readonly kind: "forge"; readonly of?: readonly number[] | undefined }
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
  readonly #sweeps: Sweeps;
  readonly #looks = new Looks();
  /** What people and other parts ask of it. */
  readonly answers: Answers;
  /** Who waits for `reconcileAll`. */
  readonly #idlers: (() => void)[] = [];
  #policy: Policy;

  constructor(options: ReconcilerOptions) {
    // Who can do tasks is remembered like everything else that is read.
    this.#options = { ...options, specialists: () => this.#overviews.specialists() };
    this.#timing = { ...defaultTiming, ...options.timing };
    const hub = { id: options.hubId ?? options.newId(), nonce: options.life ?? options.newId() };
    this.#sightings = new Sightings(options.clock, hub);
    this.#schedule = new Schedule(options.clock);
    this.#overviews = new Overviews(options, this.#sightings);
    this.#setbacks = new Setbacks(options.clock, this.#timing);
    this.#policy = operatorPolicy(options.limits);
    const wake = (plan: number, milliseconds: number) => this.#add(plan, milliseconds);
    this.#offers = new Offers({ options: this.#options, sightings: this.#sightings, wake });
    this.answers = new Answers({
      ...{ options: this.#options, sightings: this.#sightings, looks: this.#looks, offers: this.#offers },
      ...{ overviews: this.#overviews, policy: () => this.#policy },
    });
    this.#sweeps = new Sweeps({
      ...{ options, timing: this.#timing, sightings: this.#sightings },
      ...{ overviews: this.#overviews, looks: this.#looks, setbacks: this.#setbacks },
    });
  }

  /** A plan in the ledger, or a run of it, changed: look soon at the plan of this issue or pull request. `asked`: by a command that was written here. */
  wake(number: number, { asked = false } = {}): void {
    const plan = this.#looks.planOf(number);
    if (asked) this.#sightings.noteAsked(plan);
    this.#sweeps.noteNews();
    this.#add(plan);
  }

  /** Others changed something that is remembered here: it is read anew, soon. */
  heard(news: News): void {
    if (news.kind === "forge" && news.of !== undefined) {
      this.#heardOf(news.of);
      return;
    }
    this.#sweeps.noteNews();
    const { readings } = this.#sightings;
    if (news.kind === "forge") readings.doubtViews();
    if (news.kind === "code") this.#overviews.doubtCode();
    if (news.kind === "comment") {
      readings.comment(this.#looks.planOf(news.issue)).doubt();
      this.wake(news.issue);
    } else this.wakeAll();
  }

  #heardOf(numbers: readonly number[]): void {
    for (const plan of new Set(numbers.flatMap((number) => this.#looks.planWith(number) ?? []))) {
      this.#sightings.readings.view(plan).doubt();
      this.wake(plan);
    }
  }

  /** Look at every plan soon: at the start, when workers came. */
  wakeAll(): void {
    this.#sweeps.hasten();
    this.#schedule.interrupt();
  }

  /** Looks at every plan now; resolves when nothing is due any more but what time alone brings. Needs `run`. */
  reconcileAll(): Promise<void> {
    this.#sweeps.readAll();
    this.#schedule.interrupt();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  /** A run has ended: its task rests after a failure even when no lease could say so. */
  runEnded({ plan, issue, outcome }: Pick<RunEnded, "plan" | "issue" | "outcome">): void {
    if (outcome.kind === "failed") this.#sightings.rest(issue, pauseAfter);
    else this.#sightings.endRest(issue);
    this.#sightings.readings.leases.doubt();
    this.#sweeps.noteNews();
    this.#add(plan);
  }

  /** The policy as last read. */
  get policy(): Policy {
    return this.#policy;
  }

  /** Works until the signal; what is being performed then is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#sweeps.isDue()) await this.#sweep();
      const plans = this.#schedule.take();
      if (plans.length > 0) await this.#wave(plans, signal);
      else await this.#rest(signal);
    }
    await this.#offers.settle();
    for (const idle of this.#idlers.splice(0)) idle();
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const soon = this.#options.clock.monotonic() + this.#soon;
    if (!this.#schedule.isAnyDueBy(soon) && this.#sweeps.at > soon) for (const idle of this.#idlers.splice(0)) idle();
    await this.#schedule.wait(this.#sweeps.at, signal);
  }

  async #sweep(): Promise<void> {
    const { due, broken } = await this.#sweeps.sweep();
    for (const plan of broken) this.#forget(plan);
    for (const plan of due) this.#schedule.add(plan, 0);
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
        ports: this.#options,
        sightings: this.#sightings,
        lastActs: this.#looks.lastActs(plan),
        onSeen: (snapshot) => this.#looks.seen(plan, snapshot),
      });
      this.#setbacks.clear(plan);
      if (result.kind === "gone") this.#forget(plan);
      else this.#lookAgain(plan, result);
      // What was spent on it today may be asked for once more.
      const isOver = result.kind === "seen" && result.snapshot.state.record.status.kind === "done";
      if (isOver && overview.today === undefined) this.#sightings.forgetRuns(plan);
    } catch (error) {
      this.#failed(plan, error);
    }
  }

  #lookAgain(plan: number, result: Extract<PassResult, { kind: "seen" }>): void {
    if (result.acts !== "" || result.shown !== "") this.#sweeps.noteNews();
    const now = this.#options.clock.monotonic();
    const looked = { plan, result, looks: this.#looks, sightings: this.#sightings, timing: this.#timing, now };
    for (const milliseconds of lookAgainAfter(looked)) this.#add(plan, milliseconds);
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
