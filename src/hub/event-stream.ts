import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { HubEvent, HubEvents } from "./events.ts";

/** Events a slow reader may be behind before its stream is ended. */
const maxBehind = 1_000;

/** A comment line this often keeps proxies from closing a quiet stream, milliseconds. */
const quietPeriod = 15_000;

/** Server-sent events, one per hub event: `event:` is its kind, `data:` the event as JSON. Run logs only with `?logs=1`. */
export function streamEvents(context: Context, events: HubEvents, stopping: AbortSignal): Response {
  const withLogs = context.req.query("logs") === "1";
  return streamSSE(context, async (stream) => {
    const waiting: HubEvent[] = [];
    let wake = () => {};
    let over = stopping.aborted;
    const end = () => {
      over = true;
      wake();
    };
    const unsubscribe = events.subscribe((event) => {
      if (event.kind === "run-log" && !withLogs) return;
      if (waiting.push(event) > maxBehind) end();
      wake();
    });
    stream.onAbort(end);
    stopping.addEventListener("abort", end);
    try {
      await stream.write(": listening\n\n");
      while (!over) {
        const event = waiting.shift();
        if (event !== undefined) await stream.writeSSE({ event: event.kind, data: JSON.stringify(event) });
        else if (!(await somethingNew((woken) => (wake = woken)))) await stream.write(": quiet\n\n");
      }
    } finally {
      unsubscribe();
      stopping.removeEventListener("abort", end);
    }
  });
}

/** False when nothing came for a quiet period. */
function somethingNew(onWake: (wake: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const quiet = setTimeout(() => resolve(false), quietPeriod);
    onWake(() => {
      clearTimeout(quiet);
      resolve(true);
    });
  });
}
