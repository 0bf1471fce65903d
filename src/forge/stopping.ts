/** A signal that follows another one for as long as something lasts. */
export interface Following {
  readonly signal: AbortSignal;
  /** Lets go of the other signal and of the time-out: it must be called in the end. */
  end(): void;
}

/**
 * Aborts with `long`, with the controller it is given, or after `milliseconds` with a TimeoutError. AbortSignal.any leaves
 * something behind, each time, at a signal that lives as long as the forge.
 */
export function follow(
  long: AbortSignal,
  {
    milliseconds,
    own = new AbortController(),
  }: { readonly milliseconds?: number; readonly own?: AbortController } = {},
): Following {
  const stop = () => own.abort(long.reason);
  const late = () => own.abort(new DOMException(`not done within ${milliseconds} ms`, "TimeoutError"));
  const timer = milliseconds === undefined ? undefined : setTimeout(late, milliseconds).unref();
  long.addEventListener("abort", stop, { once: true });
  if (long.aborted) stop();
  return {
    signal: own.signal,
    end() {
      clearTimeout(timer);
      long.removeEventListener("abort", stop);
    },
  };
}
