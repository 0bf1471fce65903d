import { nextRest } from "../core/budget/pace.ts";
import type { RepositoryName } from "../core/repository.ts";
import { fullName } from "../core/repository.ts";
import type { Clock } from "../ports/clock.ts";

interface Rest {
  readonly milliseconds: number;
  readonly until: number;
}

/** Which repositories are to be swept: one of which nothing is heard or found more and more rarely. */
export class QuietRepositories {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #usual: number;
  readonly #rests = new Map<string, Rest>();

  constructor(clock: Pick<Clock, "monotonic">, usual: number) {
    this.#clock = clock;
    this.#usual = usual;
  }

  /** Something happened there, or was found that nobody had told of: it is swept as often as usual again. */
  heard(repository: RepositoryName): void {
    const milliseconds = this.#usual;
    const until = this.#clock.monotonic() + milliseconds;
    const rest = this.#rests.get(keyOf(repository));
    // Whoever talks all the time does not put the sweep off.
    this.#rests.set(keyOf(repository), { milliseconds, until: Math.min(until, rest?.until ?? until) });
  }

  /** True once each time its rest is over; the next one then begins. Ticks of a timer come a little early or late. */
  isDue(repository: RepositoryName): boolean {
    const key = keyOf(repository);
    const now = this.#clock.monotonic();
    const rest = this.#rests.get(key);
    if (rest !== undefined && now < rest.until - this.#usual / 2) return false;
    const milliseconds = nextRest(rest?.milliseconds ?? 0, this.#usual);
    this.#rests.set(key, { milliseconds, until: now + milliseconds });
    return true;
  }
}

function keyOf(repository: RepositoryName): string {
  return fullName(repository).toLowerCase();
}
