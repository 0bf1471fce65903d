import type { HeldLease, Lease } from "../core/lease/lease.ts";
import type { Creating, PlanStatus } from "../core/plan/plan.ts";
import type { MergeRefusal, PullView } from "../core/queue/snapshot.ts";
import type { Oid } from "../core/repository.ts";
import type { RunRecord } from "../core/run/run.ts";
import type { Clock } from "../ports/clock.ts";
import { Approvals } from "./approval.ts";
import { BoundedMap } from "./bounded-map.ts";
import { Contested } from "./contested.ts";
import { FoldedRuns } from "./folded-runs.ts";
import { Readings, staleMilliseconds } from "./readings.ts";
import type { Shown } from "./rest-before-showing.ts";

/** Who looks: a hub keeps its id over its lives, and has another nonce in each. */
export interface HubName {
  readonly id: string;
  readonly nonce: string;
}

/** Issues, pull requests and records of which something is remembered: with so many tasks a few requests more do not count. */
const most = 20_000;

/** What a command changed is shown within so long, by whoever received it; milliseconds. */
const askedMilliseconds = 30_000;

/** What one process remembers between looks; losing it costs time, never truth. All times are monotonic. */
export class Sightings {
  readonly hub: HubName;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #leases = new BoundedMap<number, { readonly oid: Oid; readonly since: number; readonly lease: Lease }>(most);
  readonly #heads = new BoundedMap<number, { readonly oid: Oid; readonly since: number }>(most);
  readonly #refusals = new BoundedMap<number, { head: Oid; reason: string; at: number }>(most);
  readonly #ready = new BoundedMap<number, number>(most);
  readonly #rests = new BoundedMap<number, { readonly until: number; readonly failures: number }>(most);
  readonly #tried = new Map<number, Set<string>>();
  #takenOver = 0;
  readonly #intents = new Map<number, { readonly mark: string; readonly since: number }>();
  readonly #shown = new Map<number, { readonly at: number; readonly status: PlanStatus["kind"] }>();
  readonly #moving = new Map<number, number>();
  readonly #asked = new BoundedMap<number, number>(1_000);
  readonly #made = new Map<number, number>();
  readonly readings: Readings;
  readonly approvals: Approvals;
  /** Labels by which people steer, and those that show a task's state. */
  readonly contested: Contested;
  readonly contestedStates: Contested;
  /** Run records by `plan/task/epoch`, which never change once known; null: none was there, until that is doubted. */
  readonly runs = new FoldedRuns(most);
  /** Records in publishing leases, by the lease's commit. */
  readonly published = new BoundedMap<Oid, RunRecord | null>(1_000);

  constructor(clock: Pick<Clock, "monotonic">, hub: HubName) {
    this.hub = hub;
    this.#clock = clock;
    this.readings = new Readings(clock);
    this.approvals = new Approvals(clock);
    this.contested = new Contested(clock);
    this.contestedStates = new Contested(clock);
  }

  /** What was not there may have been missing in an old answer only. */
  doubtMissing(): void {
    for (const [key, run] of this.runs) if (run === null) this.runs.delete(key);
  }

  /** Somebody has written here what changed the plan, and wants to see it. */
  noteAsked(plan: number): void {
    this.#asked.set(plan, this.#clock.monotonic() + askedMilliseconds);
  }

  /** That has not been shown so far. */
  isAsked(plan: number): boolean {
    return this.#clock.monotonic() < (this.#asked.get(plan) ?? Number.NEGATIVE_INFINITY);
  }

  /** The plan's comment or labels were just brought up to date. */
  noteShown(plan: number, status: PlanStatus["kind"]): void {
    this.#asked.delete(plan);
    this.#shown.set(plan, { at: this.#clock.monotonic(), status });
  }

  /** When they were, and whether the plan's status was another one then. */
  shown(plan: number, status: PlanStatus["kind"]): Pick<Shown, "sinceShown" | "isOtherStatus"> {
    const last = this.#shown.get(plan);
    if (last === undefined) return { sinceShown: Number.POSITIVE_INFINITY, isOtherStatus: false };
    return { sinceShown: this.#clock.monotonic() - last.at, isOtherStatus: last.status !== status };
  }

  /** How long each look has found the plan moving, milliseconds; undefined when this one does not. */
  movingFor(plan: number, isMoving: boolean): number | undefined {
    const now = this.#clock.monotonic();
    if (!isMoving) this.#moving.delete(plan);
    else if (!this.#moving.has(plan)) this.#moving.set(plan, now);
    return isMoving ? now - (this.#moving.get(plan) ?? now) : undefined;
  }

  /** The plan is gone. */
  forget(plan: number): void {
    this.readings.forget(plan);
    this.approvals.forget(plan);
    this.#made.delete(plan);
    this.#shown.delete(plan);
    this.#moving.delete(plan);
    this.#intents.delete(plan);
    this.#tried.delete(plan);
    this.forgetRuns(plan);
  }

  /** Nobody will ask what the plan's attempts were like: it is done. */
  forgetRuns(plan: number): void {
    for (const [key] of this.runs.ofPlan(plan)) this.runs.delete(key);
  }

  /** True when this hub sets out to make these things of a plan for the first time in its life. */
  isFirstTry(plan: number, keys: Iterable<string>): boolean {
    const tried = this.#tried.get(plan) ?? new Set();
    this.#tried.set(plan, tried);
    const before = [...keys].filter((key) => tried.has(key));
    for (const key of keys) tried.add(key);
    return before.length === 0;
  }

  /** How long a plan's intent has been seen as it is, milliseconds. */
  intentUnchangedFor(plan: number, creating: Creating | undefined): number {
    if (creating === undefined) return 0;
    const now = this.#clock.monotonic();
    const mark = JSON.stringify(creating);
    const seen = this.#intents.get(plan);
    if (seen?.mark === mark) return now - seen.since;
    this.#intents.set(plan, { mark, since: now });
    return 0;
  }

  /** We made a plan comment: another hub may have made one at the same moment, and lists show it a little later. */
  noteCommentMade(plan: number): void {
    this.#made.set(plan, this.#clock.monotonic() + staleMilliseconds);
  }

  /** Milliseconds until twins of the plan comment are to be looked for; undefined when there is no reason to. */
  untilTwinsShow(plan: number): number | undefined {
    const at = this.#made.get(plan);
    return at === undefined ? undefined : Math.max(0, at - this.#clock.monotonic());
  }

  /** They were looked for, and there is one plan comment. */
  noteNoTwins(plan: number): void {
    this.#made.delete(plan);
  }

  /** Leases that were seen to go from one holder straight to the next. */
  get takenOver(): number {
    return this.#takenOver;
  }

  /** How long this very lease commit has been seen, milliseconds. */
  leaseUnchangedFor(issue: number, { oid, lease }: HeldLease): number {
    const now = this.#clock.monotonic();
    const seen = this.#leases.get(issue);
    if (seen?.oid === oid) return now - seen.since;
    const wasHeld = seen?.lease.phase === "claimed" || seen?.lease.phase === "running";
    if (wasHeld && lease.epoch > seen.lease.epoch) this.#takenOver += 1;
    this.#leases.set(issue, { oid, since: now, lease });
    return 0;
  }

  /** How long this very head of an open pull request has been seen, milliseconds. */
  headSeenFor({ number, head }: Pick<PullView, "number" | "head">): number {
    const now = this.#clock.monotonic();
    const seen = this.#heads.get(number);
    if (seen?.oid === head) return now - seen.since;
    this.#heads.set(number, { oid: head, since: now });
    return 0;
  }

  refuseMerge(pull: number, head: Oid, reason: string): void {
    this.#refusals.set(pull, { head, reason, at: this.#clock.monotonic() });
  }

  mergeRefused(pull: number): MergeRefusal | undefined {
    const refusal = this.#refusals.get(pull);
    if (refusal === undefined) return undefined;
    return { head: refusal.head, reason: refusal.reason, ago: this.#clock.monotonic() - refusal.at };
  }

  /** How long the task has been ready; starts at the first call, milliseconds. */
  readyFor(issue: number): number {
    const now = this.#clock.monotonic();
    const since = this.#ready.get(issue) ?? now;
    this.#ready.set(issue, since);
    return now - since;
  }

  /** It was taken, or is not ready any more. */
  forgetReady(issue: number): void {
    this.#ready.delete(issue);
  }

  /** Nothing is offered of this task for a while; `pause` is given how often it has come to that in a row. */
  rest(issue: number, pause: (failures: number) => number): void {
    const failures = (this.#rests.get(issue)?.failures ?? 0) + 1;
    this.#rests.set(issue, { failures, until: this.#clock.monotonic() + pause(failures) });
  }

  endRest(issue: number): void {
    this.#rests.delete(issue);
  }

  /** Milliseconds of rest left. */
  restLeft(issue: number): number {
    return Math.max(0, (this.#rests.get(issue)?.until ?? 0) - this.#clock.monotonic());
  }
}
