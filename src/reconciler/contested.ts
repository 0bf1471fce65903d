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
  /** They are not put back before. */
  readonly until: number;
  /** Nobody asks who set them before: a person may have, between two of the app's. */
  readonly askAt: number;
  /** What they were to say then. */
  readonly said: string;
}

/** Issues whose labels somebody, most likely another app, sets again whenever they are put back: that is done more and more rarely. */
export class Contested {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #issues = new BoundedMap<number, Times>(1_000);

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Its labels were put back once more, to say this. */
  note(issue: number, said: string): void {
    const now = this.#clock.monotonic();
    const before = this.#issues.get(issue);
    const count = before === undefined || now > before.until + forgottenAfter ? 1 : before.count + 1;
    const rest = count < atOnce ? 0 : Math.min(longestRest, firstRest * 2 ** (count - atOnce));
    this.#issues.set(issue, { count, until: now + rest, askAt: now + Math.min(rest, firstRest), said });
  }

  /** The same of labels that often change to say something else: only what is put back to the same again is contested. */
  noteChange(issue: number, said: string): void {
    if (this.#issues.get(issue)?.said !== said) this.#issues.delete(issue);
    this.note(issue, said);
  }

  /** Somebody asked who set them, and left them as they are. */
  noteAsked(issue: number): void {
    const times = this.#issues.get(issue);
    if (times !== undefined) this.#issues.set(issue, { ...times, askAt: this.#clock.monotonic() + firstRest });
  }

  /** Milliseconds until they may be put back; 0: now, as always when they are to say something new. */
  restLeft(issue: number, said: string): number {
    return Math.max(0, this.#saying(issue, said, "until"));
  }

  /** Milliseconds until somebody is to ask who set them: never longer than the first rest. */
  untilAsked(issue: number, said: string): number {
    return Math.max(0, Math.min(this.#saying(issue, said, "until"), this.#saying(issue, said, "askAt")));
  }

  /** What rests, as it was noted last: milliseconds left, and what the labels were to say. */
  resting(issue: number): { readonly said: string; readonly left: number } | undefined {
    const said = this.#issues.get(issue)?.said ?? "";
    const left = this.restLeft(issue, said);
    return left === 0 ? undefined : { said, left };
  }

  #saying(issue: number, said: string, what: "until" | "askAt"): number {
    const times = this.#issues.get(issue);
    return times === undefined || times.said !== said ? 0 : times[what] - this.#clock.monotonic();
  }
}

/** What the record says of a task, to compare. */
export function saidOf(steering: object = {}): string {
  return JSON.stringify(steering);
}
