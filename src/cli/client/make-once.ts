import { CoppiceError } from "../../core/errors.ts";
import type { Place } from "./open-place.ts";
import { until } from "./until.ts";

type Waiting = Pick<Place, "pace" | "signal">;

interface Making<Value> {
  readonly make: () => Promise<Value>;
  /** What was made since then, a time of `performance.now()`. */
  readonly find: (begun: number) => Promise<Value | undefined>;
}

/** Makes something on the forge. Where the answer was lost it is looked for, and made once more only when it never shows. */
export async function makeOnce<Value>(place: Waiting, { make, find }: Making<Value>): Promise<Value> {
  const begun = performance.now();
  const lost = async (error: unknown): Promise<Value | undefined> => {
    if (!(error instanceof CoppiceError) || error.code !== "forge-unavailable") throw error;
    const look = () => find(begun);
    return until(place, place.pace.fresh / 1_000, look).catch(() => {
      // Who could not look does not know, and so may not make it again.
      throw error;
    });
  };
  const first = await make().catch(lost);
  if (first !== undefined) return first;
  return make().catch(async (error: unknown) => {
    const second = await lost(error);
    if (second !== undefined) return second;
    throw error;
  });
}

/** A look at what was made a moment ago: for some seconds "not found" only says that it does not show yet. */
export function untilThere<Value>({ pace }: Waiting, look: () => Promise<Value>): () => Promise<Value | undefined> {
  const deadline = performance.now() + pace.fresh;
  return () =>
    look().catch((error: unknown) => {
      const isAbsent = error instanceof CoppiceError && error.code === "forge-not-found";
      if (isAbsent && performance.now() < deadline) return undefined;
      throw error;
    });
}

/** Does it as soon as what was made a moment ago shows. Throws forge-not-found when that takes too long. */
export async function whenThere<Value extends object>(place: Waiting, act: () => Promise<Value>): Promise<Value> {
  const done = await until(place, Number.POSITIVE_INFINITY, untilThere(place, act));
  if (done !== undefined) return done;
  throw new CoppiceError("internal", "a look without a deadline ended");
}
