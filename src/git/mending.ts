import type { Clock } from "../ports/clock.ts";
import type { Lock } from "./lock.ts";
import type { MirrorPlace } from "./mend-mirror.ts";
import { damageOf, removeLocks, replaceMirror } from "./mend-mirror.ts";

export interface MendingOptions extends MirrorPlace {
  readonly clock: Pick<Clock, "monotonic">;
}

/** After a mirror was replaced nobody replaces it again so soon; when that did not help, it is not the mirror. Milliseconds. */
const mendedFor = 60_000;
const hopelessFor = 60 * 60_000;

/** Tries once more what failed because of the mirror itself, when that is mended; `alone` keeps others away meanwhile. */
export function mending(options: MendingOptions, refill: () => Promise<void>) {
  let notBefore = Number.NEGATIVE_INFINITY;
  const mend = async (error: unknown) => {
    if (damageOf(error) === "locked") {
      const locks = await removeLocks(options);
      options.log?.warn({ mirror: options.folder, locks }, "locks that a git left behind are removed");
      return;
    }
    // Somebody else may have mended it while this call was failing.
    if (options.clock.monotonic() < notBefore) return;
    notBefore = options.clock.monotonic() + mendedFor;
    await replaceMirror(options, String(error), refill);
  };
  return async <T>(work: () => Promise<T>, alone: Lock = (doing) => doing()): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (damageOf(error) === undefined) throw error;
      await alone(() => mend(error));
      return work().catch((again: unknown) => {
        if (damageOf(again) === "broken") notBefore = options.clock.monotonic() + hopelessFor;
        throw again;
      });
    }
  };
}
