import type { TaskSteering } from "../core/plan/steering.ts";
import type { Clock } from "../ports/clock.ts";
import { BoundedMap } from "./bounded-map.ts";

/** So often in a row labels are put back at once. */
const atOnce = 5;

/** The rest after that, doubled by each further time; milliseconds. */
const firstRest = 60_000;
const longestRest = 60 * 60_000;

/** So long after a rest without another time it is the first again, milliseconds. */
const forgottenAfter = 10 * 60_000;

interface Times {
  readonly count: number;
  readonly until: number;
  /** What the record said of the task then. */
  readonly said: string;
}

/** Issues whose labels somebody, most likely another app, sets again whenever they are put back: they are asked about more and more rarely. */
export class Contested {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #issues = new BoundedMap<number, Times>(1_000);

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Its labels were put back once more, to what the record says. */
  note(issue: number, steering: TaskSteering): void {
    const now = this.#clock.monotonic();
    const before = this.#issues.get(issue);
    const count = before === undefined || now > before.until + forgottenAfter ? 1 : before.count + 1;
    const rest = count < atOnce ? 0 : Math.min(longestRest, firstRest * 2 ** (count - atOnce));
    this.#issues.set(issue, { count, until: now + rest, said: JSON.stringify(steering) });
  }

  /** Milliseconds until they are looked at again; 0: now, as always when the record says something new. */
  restLeft(issue: number, steering: TaskSteering = {}): number {
    const times = this.#issues.get(issue);
    if (times === undefined || times.said !== JSON.stringify(steering)) return 0;
    return Math.max(0, times.until - this.#clock.monotonic());
  }
}
