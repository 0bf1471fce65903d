import { nextRest } from "../core/budget/pace.ts";
import { BrokenPlans } from "./broken-plans.ts";
import type { Looks } from "./looks.ts";
import type { Overviews } from "./overviews.ts";
import type { ReconcilerOptions, ReconcilerTiming } from "./ports.ts";
import type { Setbacks } from "./setbacks.ts";
import type { Sightings } from "./sightings.ts";

export interface SweepsNeeds {
  readonly options: ReconcilerOptions;
  readonly timing: ReconcilerTiming;
  readonly sightings: Sightings;
  readonly overviews: Pick<Overviews, "doubtCode">;
  readonly looks: Pick<Looks, "isWorthOne">;
  readonly setbacks: Pick<Setbacks, "pauseAfter">;
}

/** What a look at the list of all plans has found. */
export interface Swept {
  /** Plans to be looked at now. */
  readonly due: readonly number[];
  /** Plans that cannot be read: what was seen of them counts no more. */
  readonly broken: readonly number[];
}

/** Lists the plans by the clock, and has everything read anew that nobody told of. Times are monotonic milliseconds. */
export class Sweeps {
  readonly #needs: SweepsNeeds;
  readonly #broken: BrokenPlans;
  /** When plans are listed next, when everything is read anew, when plan comments are. */
  #at: number;
  #readAt: number;
  #commentsAt: number;
  #failures = 0;
  /** How long the reading under way may count; longer while nobody tells of anything. */
  #period = 0;

  constructor(needs: SweepsNeeds) {
    this.#needs = needs;
    this.#broken = new BrokenPlans(needs.options);
    this.#at = this.#now();
    this.#readAt = this.#at;
    this.#commentsAt = this.#at + needs.timing.commentPeriod;
  }

  /** When the next one is due. */
  get at(): number {
    return this.#at;
  }

  isDue(): boolean {
    return this.#now() >= this.#at;
  }

  /** The plans are listed soon: wakes close together are one. */
  hasten(): void {
    this.#at = Math.min(this.#at, this.#now() + this.#needs.timing.debounce);
  }

  /** Something was heard, or was to be done: what nobody tells of is looked for as often as usual again. */
  noteNews(): void {
    this.#period = this.#needs.timing.period;
    this.#readAt = Math.min(this.#readAt, this.#now() + this.#period);
    this.#at = Math.min(this.#at, this.#readAt);
  }

  /** Everything is read anew now. */
  readAll(): void {
    this.#readAt = this.#now();
    this.#at = this.#readAt;
  }

  /** Approved plans always; others only when something about them is not settled. When it fails, it is due again soon. */
  async sweep(): Promise<Swept> {
    const { options, looks, setbacks } = this.#needs;
    const { plans, clock, log } = options;
    const due: number[] = [];
    const unreadable: number[] = [];
    if (this.#now() >= this.#readAt) this.#doubtAll();
    this.#at = this.#readAt;
    try {
      for (const state of await plans.list()) if (looks.isWorthOne(state, clock.now())) due.push(state.record.issue);
      const { broken, mended } = await this.#broken.look();
      // One that can be read again is looked at whatever it is.
      due.push(...mended);
      unreadable.push(...broken);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      log.error({ error: String(error) }, "The plans could not be listed");
      this.#at = this.#now() + setbacks.pauseAfter(this.#failures);
    }
    return { due, broken: unreadable };
  }

  /** By the clock: whatever nobody told of is found now at the latest. */
  #doubtAll(): void {
    const { options, timing, sightings, overviews } = this.#needs;
    const { readings, approvals } = sightings;
    const now = this.#now();
    options.plans.doubt();
    overviews.doubtCode();
    approvals.doubt();
    sightings.doubtMissing();
    readings.leases.doubt();
    readings.doubtViews();
    this.#period = nextRest(this.#period, timing.period);
    this.#readAt = now + this.#period;
    if (now < this.#commentsAt) return;
    readings.doubtComments();
    this.#commentsAt = now + timing.commentPeriod;
  }

  #now(): number {
    return this.#needs.options.clock.monotonic();
  }
}
