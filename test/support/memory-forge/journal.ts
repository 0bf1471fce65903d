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
  /** Calls of the verb that still succeed before the first one fails; 0 unless told otherwise. */
  readonly after?: number;
  /** Only calls with such an argument count; all of the verb's unless told otherwise. */
  readonly when?: (argument: unknown) => boolean;
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
  const faults: { fault: Fault; spared: number; left: number }[] = [];
  const take = ({ verb, argument }: Call): Fault | undefined => {
    const meant = faults.filter(({ fault }) => fault.verb === verb && fault.when?.(argument) !== false);
    const found = meant.find(({ left }) => left > 0);
    if (found === undefined) return undefined;
    if (found.spared > 0) {
      found.spared -= 1;
      return undefined;
    }
    found.left -= 1;
    return found.fault;
  };
  return {
    calls,
    async call(verb, argument, effect) {
      calls.push({ verb, argument });
      // A real forge never answers within the same turn: code that forgets to await must show.
      await Promise.resolve();
      const fault = take({ verb, argument });
      if (fault === undefined) return effect();
      if (fault.moment === "after") effect();
      throw fault.error ?? new CoppiceError("forge-unavailable", `${verb}: no answer`);
    },
    fail(fault) {
      faults.push({ fault, spared: fault.after ?? 0, left: fault.times ?? 1 });
    },
    clear() {
      calls.length = 0;
    },
  };
}
