import { CoppiceError } from "../../../src/core/errors.ts";

/** One call of the forge by the code under test. */
export interface Call {
  /** `role.verb`, e.g. `issues.createTasks`. */
  readonly verb: string;
  readonly argument: unknown;
}

/** A failure to come: `before` changes nothing, `after` takes effect and then loses the answer. */
export interface Fault {
  readonly verb: string;
  /** How many calls fail; 1 unless told otherwise. */
  readonly times?: number;
  readonly moment?: "before" | "after";
  /** `forge-unavailable` unless told otherwise. */
  readonly error?: CoppiceError;
}

/** Records calls and makes chosen ones fail. */
export interface Journal {
  readonly calls: readonly Call[];
  /** Every role's method goes through here. */
  call<Answer>(verb: string, argument: unknown, effect: () => Answer): Promise<Answer>;
  fail(fault: Fault): void;
  /** Forgets the calls so far. */
  clear(): void;
}

/** A journal without calls and faults. */
export function openJournal(): Journal {
  const calls: Call[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  const take = (verb: string): Fault | undefined => {
    const found = faults.find((entry) => entry.fault.verb === verb && entry.left > 0);
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  };
  return {
    calls,
    async call(verb, argument, effect) {
      calls.push({ verb, argument });
      // A real forge never answers within the same turn: code that forgets to await must show.
      await Promise.resolve();
      const fault = take(verb);
      if (fault === undefined) return effect();
      if (fault.moment === "after") effect();
      throw fault.error ?? new CoppiceError("forge-unavailable", `${verb}: no answer`);
    },
    fail(fault) {
      faults.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      calls.length = 0;
    },
  };
}
