/** Several signals as one, until it is ended. */
export interface JoinedSignal {
  readonly signal: AbortSignal;
  /** Leaves nothing behind at the signals it was made of. */
  end(): void;
}

/** What AbortSignal.any does; that leaves something behind, each time, at a signal that lives as long as the process. */
export function joinSignals(signals: readonly AbortSignal[]): JoinedSignal {
  const joined = new AbortController();
  const listeners = signals.map((signal) => {
    const abort = () => joined.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    return { signal, abort };
  });
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted !== undefined) joined.abort(aborted.reason);
  return {
    signal: joined.signal,
    end() {
      for (const { signal, abort } of listeners) signal.removeEventListener("abort", abort);
    },
  };
}
