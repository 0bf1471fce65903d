/** Time after a signal until the process ends whatever still runs, milliseconds. */
const patience = 9_500;

/** Aborts at the first SIGINT or SIGTERM, with the signal's name as reason; a second one, or 9.5 s, ends the process at once. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (interrupted.signal.aborted) process.exit(130);
    setTimeout(() => process.exit(1), patience).unref();
    interrupted.abort(signal);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return interrupted.signal;
}

/** Resolves when the signal aborts; at once when it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
