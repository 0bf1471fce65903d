/** One process's life, counted in calls to the outside; it ends at a chosen one, as by kill -9. */
export interface Life {
  calls: number;
  /** The call at which it ends; none: it lives. */
  readonly endsAt?: number;
  /** Whether that last call still takes effect. */
  readonly moment: "before" | "after";
  isOver: boolean;
}

export function newLife(endsAt?: number, moment: Life["moment"] = "before"): Life {
  return { calls: 0, moment, isOver: false, ...(endsAt === undefined ? {} : { endsAt }) };
}

/**
 * The same object, whose methods (only `counted` ones, where given) end this life at the chosen call: from then on no
 * call is answered and none has an effect, so that nothing of the dead process runs on, not even its error handling.
 */
export function mortal<T extends object>(target: T, life: Life, counted?: readonly string[]): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      const value: unknown = Reflect.get(object, name, receiver);
      if (typeof value === "object" && value !== null) return mortal(value, life, counted);
      // What is remembered is told at once, and is no call to the outside.
      if (typeof value !== "function" || name === "unreadable") return value;
      if (counted !== undefined && !counted.includes(String(name))) return value;
      return (...args: unknown[]) => live(life, () => Reflect.apply(value, object, args));
    },
  });
}

async function live(life: Life, call: () => unknown): Promise<unknown> {
  if (life.isOver) return never;
  life.calls += 1;
  if (life.calls !== life.endsAt) {
    const answer = await call();
    return life.isOver ? never : answer;
  }
  life.isOver = true;
  if (life.moment === "after") await call();
  return never;
}

const never = new Promise<never>(() => undefined);
