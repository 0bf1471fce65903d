/** Which of the two APIs; each has its own hourly allowance. */
export type Resource = "core" | "graphql";

/** A refusal for a limit: until it has passed, everything else of the same caller is refused likewise. */
export interface Refusal {
  readonly how: "retry-after" | "primary" | "secondary";
  readonly status: 403 | 429;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** From then on the caller has heard of it. */
  readonly heardAt: number;
}

export interface Caller {
  /** Who asks, as limits tell callers apart. */
  readonly identity: string;
  readonly resource: Resource;
}

/** Who may not ask now, and until when. */
export interface ClosedWindows {
  close(caller: Caller, refusal: Refusal): void;
  /** The refusal that still holds for the caller. */
  find(caller: Caller, now: number): Refusal | undefined;
}

/** Windows in memory only: a restart opens them all. */
export function closedWindows(): ClosedWindows {
  const windows = new Map<string, Refusal>();
  const keys = ({ identity, resource }: Caller) => [identity, `${identity} ${resource}`] as const;
  return {
    // A spent allowance shuts one API, a secondary limit shuts both.
    close: (caller, refusal) => {
      const [both, one] = keys(caller);
      windows.set(refusal.how === "primary" ? one : both, refusal);
    },
    find: (caller, now) => {
      const open = keys(caller).flatMap((key) => windows.get(key) ?? []);
      return open.filter(({ until }) => until > now).sort((left, right) => right.until - left.until)[0];
    },
  };
}
