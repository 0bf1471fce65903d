import type { Standing } from "../core/plan/steer.ts";
import type { Explanation, Queue } from "../core/queue/explain.ts";
import { explainPlan } from "../core/queue/explain.ts";
import type { ParkedAgent } from "../core/queue/parking.ts";
import type { Policy } from "../core/queue/policy.ts";
import { countStates, progress } from "../core/queue/progress.ts";
import type { Snapshot } from "../core/queue/snapshot.ts";
import { standingsOf } from "../core/queue/standing.ts";
import { startedTasks } from "../core/queue/started.ts";
import { statusText } from "../core/queue/status.ts";
import type { TaskKey } from "../core/task/task.ts";
import type { Looks } from "./looks.ts";
import { observe } from "./observe.ts";
import type { Offers } from "./offers.ts";
import type { Overviews } from "./overviews.ts";
import type { ReconcilerOptions } from "./ports.ts";
import { preview } from "./preview.ts";
import { readingPorts } from "./preview-ports.ts";
import type { Sightings } from "./sightings.ts";

export interface AnswersParts {
  readonly options: ReconcilerOptions;
  readonly sightings: Sightings;
  readonly looks: Looks;
  readonly offers: Offers;
  readonly overviews: Overviews;
  /** As last read. */
  readonly policy: () => Policy;
}

/** What people and other parts of the app ask of a reconciler: from its latest looks, or looked at afresh; never anything is performed. */
export class Answers {
  readonly #parts: AnswersParts;

  constructor(parts: AnswersParts) {
    this.#parts = parts;
  }

  /** The latest look at a plan, or at the plan of a task's issue. */
  snapshot(number: number): Snapshot | undefined {
    return this.#parts.looks.at(number);
  }

  /** Tasks of approved plans by their state at the last look, and leases seen taken over since the start: for people to watch. */
  get figures(): { readonly tasks: ReadonlyMap<string, number>; readonly takenOver: number } {
    const seen = this.#parts.looks
      .approved()
      .flatMap((one) => progress(one, this.#parts.policy(), this.#parts.options.clock.now()));
    return { tasks: countStates(seen), takenOver: this.#parts.sightings.takenOver };
  }

  /** What `/status` says of a plan that has been looked at. */
  status(number: number): string | undefined {
    const snapshot = this.snapshot(number);
    return snapshot && statusText(snapshot, this.#parts.policy(), this.#parts.options.clock.now(), this.#queue());
  }

  /** Why each task of a plan that has been looked at is where it is. */
  explain(number: number): readonly Explanation[] | undefined {
    const snapshot = this.snapshot(number);
    if (snapshot === undefined) return undefined;
    return explainPlan({
      snapshot,
      policy: this.#parts.policy(),
      now: this.#parts.options.clock.now(),
      queue: this.#queue(),
    });
  }

  /** What the next look at a plan, or at every plan, would do: looked at afresh, nothing is performed. */
  preview(plan?: number): ReturnType<typeof preview> {
    const memory = { sightings: this.#parts.sightings, overviews: this.#parts.overviews, looks: this.#parts.looks };
    const offers = { agent: this.#parts.options.agent, underWay: this.#parts.offers.underWay };
    return preview({ ports: readingPorts(this.#parts.options), ...memory, ...offers }, plan);
  }

  #queue(): Queue {
    return this.#parts.offers.queue(this.#parts.looks.approved(), this.#parts.policy());
  }

  /** Tasks of an approved plan that somebody has begun, or is being offered: looked at afresh, nothing is performed. */
  async started(plan: number): Promise<readonly TaskKey[]> {
    const seen = await this.#seeAfresh(plan);
    if (seen === undefined) return [];
    const { snapshot } = seen;
    const offered = snapshot.tasks.filter(
      ({ issue }) => issue !== undefined && this.#parts.offers.isUnderWay(issue.number),
    );
    return [...new Set([...startedTasks(snapshot), ...offered.map(({ task }) => task.key)])];
  }

  /** Agents that nothing is given to for now. */
  parked(): readonly ParkedAgent[] {
    return this.#queue().parked;
  }

  /** How each task of an approved plan stands, offers included: looked at afresh, nothing is performed. */
  async standings(plan: number): Promise<ReadonlyMap<TaskKey, Standing>> {
    const seen = await this.#seeAfresh(plan);
    const isOffered = (issue: number) => this.#parts.offers.isUnderWay(issue);
    return seen === undefined ? new Map() : standingsOf({ ...seen, now: this.#parts.options.clock.now(), isOffered });
  }

  async #seeAfresh(plan: number) {
    const { plans } = this.#parts.options;
    const state = await plans.load(plan);
    if (state?.record.status.kind !== "approved") return undefined;
    const { readings } = this.#parts.sightings;
    readings.view(plan).doubt();
    readings.leases.doubt();
    const overview = await this.#parts.overviews.read();
    const snapshot = await observe({
      ports: this.#parts.options,
      sightings: this.#parts.sightings,
      state,
      ...overview,
    });
    return { snapshot, policy: overview.policy };
  }
}
