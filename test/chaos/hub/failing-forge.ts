import { CoppiceError } from "../../../src/core/errors.ts";
import type { Random } from "../random.ts";

/** What went wrong so far. */
export interface Failures {
  before: number;
  after: number;
}

/** The same forge, of which such a share of all calls fails, half of those after they took effect. */
export function failing<T extends object>(target: T, share: number, random: Random, failures: Failures): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      const value: unknown = Reflect.get(object, name, receiver);
      if (typeof value === "object" && value !== null) return failing(value, share, random, failures);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        const moment = random.chance(share) ? random.pick(["before", "after"] as const) : undefined;
        if (moment === undefined) return Reflect.apply(value, object, args);
        failures[moment] += 1;
        if (moment === "after") await Reflect.apply(value, object, args);
        throw new CoppiceError("forge-unavailable", `${String(name)}: no answer`);
      };
    },
  });
}
