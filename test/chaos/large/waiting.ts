import type { PlannedTask, Priority } from "../../../src/core/task/task.ts";
import type { Stage } from "../../reconciler/stage.ts";

/** A task of one of the plans, with how many of its needs are not done yet. */
interface Watched {
  readonly plan: number;
  readonly task: PlannedTask;
  left: number;
  isBegun: boolean;
}

/** Watches from outside how long tasks wait though all they need is done, and whether every plan gets on. */
export class Waiting {
  readonly #tasks: ReadonlyMap<string, Watched>;
  /** By what they need. */
  readonly #dependents = new Map<string, Watched[]>();
  /** Since when, milliseconds of the stage's clock. */
  readonly #ready = new Map<Watched, number>();
  /** By issue. */
  readonly #underWay = new Map<number, Watched>();
  readonly #waits: { readonly priority: Priority; readonly milliseconds: number }[] = [];
  readonly #doneOf: Map<number, number>;
  readonly #perPlan: number;
  #seen = 0;
  #done = 0;
  #mostReady = 0;
  #leastAtHalf: number | undefined;

  /** Plans of the same size, by their issue. */
  constructor(plans: ReadonlyMap<number, readonly PlannedTask[]>) {
    const all = [...plans].flatMap(([plan, tasks]) =>
      tasks.map((task): Watched => ({ plan, task, left: task.needs.length, isBegun: false })),
    );
    this.#tasks = new Map(all.map((one) => [nameOf(one.plan, one.task.key), one]));
    this.#doneOf = new Map([...plans.keys()].map((plan) => [plan, 0]));
    this.#perPlan = all.length / plans.size;
    for (const one of all) {
      if (one.left === 0) this.#ready.set(one, 0);
      for (const need of one.task.needs) {
        const name = nameOf(one.plan, need);
        this.#dependents.set(name, [...(this.#dependents.get(name) ?? []), one]);
      }
    }
  }

  /** What has happened since the last time; what is told is as exact as this is often. */
  note({ clock, dispatch, world }: Pick<Stage, "clock" | "dispatch" | "world">): void {
    const now = clock.monotonic();
    for (const { offer } of dispatch.accepted.slice(this.#seen)) this.#begin(offer, now);
    this.#seen = dispatch.accepted.length;
    for (const [issue, one] of this.#underWay) {
      if (world.issues.get(issue)?.state === "closed") this.#finish(issue, one, now);
    }
    this.#mostReady = Math.max(this.#mostReady, this.#ready.size);
    if (this.#done * 2 >= this.#tasks.size) this.#leastAtHalf ??= Math.min(...this.#doneOf.values()) / this.#perPlan;
  }

  get done(): number {
    return this.#done;
  }

  /** The most tasks that could have been begun at once, and were not. */
  get mostReady(): number {
    return this.#mostReady;
  }

  /** Milliseconds, of all that were begun. */
  get longest(): number {
    return this.#waits.reduce((longest, { milliseconds }) => Math.max(longest, milliseconds), 0);
  }

  /** Milliseconds. */
  average(priority: Priority): number {
    const waits = this.#waits.filter((wait) => wait.priority === priority);
    return waits.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / Math.max(1, waits.length);
  }

  /** How much of the slowest plan was done when half of all tasks were: 0.5 where all get on alike. */
  get leastAtHalf(): number {
    return this.#leastAtHalf ?? 0;
  }

  #begin({ plan, issue, task }: { plan: number; issue: number; task: Pick<PlannedTask, "key"> }, now: number): void {
    const one = this.#tasks.get(nameOf(plan, task.key));
    if (one === undefined || one.isBegun) throw new Error(`${task.key} of #${plan} was begun twice, or never planned`);
    one.isBegun = true;
    // Ready and begun between two looks from outside.
    this.#waits.push({ priority: one.task.priority, milliseconds: now - (this.#ready.get(one) ?? now) });
    this.#ready.delete(one);
    this.#underWay.set(issue, one);
  }

  #finish(issue: number, one: Watched, now: number): void {
    this.#underWay.delete(issue);
    this.#done += 1;
    this.#doneOf.set(one.plan, (this.#doneOf.get(one.plan) ?? 0) + 1);
    for (const dependent of this.#dependents.get(nameOf(one.plan, one.task.key)) ?? []) {
      dependent.left -= 1;
      if (dependent.left === 0 && !dependent.isBegun) this.#ready.set(dependent, now);
    }
  }
}

function nameOf(plan: number, key: string): string {
  return `${plan}/${key}`;
}
