import type { Clock } from "../ports/clock.ts";

/** The newest git token of one repository. It may be old when it arrives: the hub hands one out while 15 minutes of its hour remain. */
export interface GitToken {
  set(token: string): void;
  /** The token; asks for a new one first when this one is about to end. */
  get(): Promise<string | undefined>;
  /** Every token that may still be good: values that must be in no diff and no log. */
  readonly seen: Iterable<string>;
}

/**
 * A token is renewed this long after it arrived, so that of the hub's 15 minutes enough remain for the longest call that
 * starts just before; the answer is waited for 30 seconds, then the old one is used. Milliseconds.
 */
export const oldAfter = 10 * 60_000;
const patience = 30_000;

/** A token is worth nothing an hour after it was made; each that is kept is looked for in everything that is said. Milliseconds. */
const worthlessAfter = 2 * 60 * 60_000;

/** `request` asks the hub; its answer arrives by `set`. */
export function createGitToken(clock: Clock, request: () => void): GitToken {
  const arrived = new Map<string, number>();
  let current: { token: string; at: number } | undefined;
  // Several runs may wait for the same answer.
  let awaited = new AbortController();
  return {
    get seen() {
      return arrived.keys();
    },
    set: (token) => {
      for (const [old, at] of arrived) if (clock.monotonic() - at > worthlessAfter) arrived.delete(old);
      arrived.set(token, clock.monotonic());
      current = { token, at: clock.monotonic() };
      awaited.abort();
      awaited = new AbortController();
    },
    get: async () => {
      if (current && clock.monotonic() - current.at > oldAfter) {
        const { signal } = awaited;
        request();
        await clock.sleep(patience, signal).catch(() => undefined);
      }
      return current?.token;
    },
  };
}
