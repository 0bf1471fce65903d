import type { Clock } from "../ports/clock.ts";

/** The newest git token of one repository; tokens last an hour. */
export interface GitToken {
  set(token: string): void;
  /** The token; asks for a new one first when this one is about to end. */
  get(): Promise<string | undefined>;
  /** Every token there was: values that must be in no diff and no log. */
  readonly seen: ReadonlySet<string>;
}

/** An old token is renewed after 50 minutes; the answer is waited for 30 seconds, then the old one is used. Milliseconds. */
const oldAfter = 50 * 60_000;
const patience = 30_000;

/** `request` asks the hub; its answer arrives by `set`. */
export function createGitToken(clock: Clock, request: () => void): GitToken {
  const seen = new Set<string>();
  let current: { token: string; at: number } | undefined;
  let arrived = () => {};
  return {
    seen,
    set: (token) => {
      seen.add(token);
      current = { token, at: clock.monotonic() };
      arrived();
    },
    get: async () => {
      if (current && clock.monotonic() - current.at > oldAfter) {
        const waiting = new AbortController();
        arrived = () => waiting.abort();
        request();
        await clock.sleep(patience, waiting.signal).catch(() => undefined);
      }
      return current?.token;
    },
  };
}
