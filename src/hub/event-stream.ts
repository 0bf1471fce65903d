import { setMaxListeners } from "node:events";
import { ServerResponse } from "node:http";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { z } from "zod";
import type { HubEvent, HubEvents } from "./events.ts";

/** What a slow reader may be behind before it is cut off: so many events, and so many characters of logs among them. */
const mostBehind = { events: 1_000, characters: 8 * 1024 * 1024 };

/** Streams at once: each is a connection of the one port and holds what its reader is behind. */
const mostStreams = 100;

/** A comment line this often keeps proxies from closing a quiet stream, milliseconds. */
const quietPeriod = 15_000;

export interface EventStreams {
  /** Server-sent events, one per hub event: `event:` is its kind, `data:` the event as JSON. Run logs only with `?logs=1`. */
  open(context: Context): Response;
}

/** Streams of the hub's events, until `stopping`. */
export function createEventStreams(events: HubEvents, stopping: AbortSignal): EventStreams {
  const open = new Set<Context>();
  setMaxListeners(mostStreams + 10, stopping);
  return {
    open(context) {
      // A stream nobody is going to read would never end.
      if (context.req.method === "HEAD") return context.body(null, 200, { "content-type": "text/event-stream" });
      if (open.size >= mostStreams) {
        return context.json({ error: `${mostStreams} event streams are open; that is as many as there may be` }, 503);
      }
      open.add(context);
      return streamEvents(context, { events, stopping, ended: () => open.delete(context) });
    },
  };
}

interface Streaming {
  readonly events: HubEvents;
  readonly stopping: AbortSignal;
  readonly ended: () => void;
}

function streamEvents(context: Context, { events, stopping, ended }: Streaming): Response {
  const withLogs = context.req.query("logs") === "1";
  return streamSSE(context, async (stream) => {
    const waiting = new Waiting();
    let over = stopping.aborted;
    const end = () => {
      over = true;
      waiting.wake();
    };
    const unsubscribe = events.subscribe((event) => {
      if (over || (event.kind === "run-log" && !withLogs) || waiting.add(event)) return;
      // What is being written to a reader that reads no more is never written.
      end();
      waiting.clear();
      cut(context);
    });
    stream.onAbort(end);
    stopping.addEventListener("abort", end);
    try {
      await stream.write(": listening\n\n");
      while (!over) {
        const event = waiting.take();
        if (event !== undefined) await stream.writeSSE({ event: event.kind, data: JSON.stringify(event) });
        else if (!(await waiting.somethingNew())) await stream.write(": quiet\n\n");
      }
    } finally {
      unsubscribe();
      stopping.removeEventListener("abort", end);
      ended();
    }
  });
}

function cut(context: Context): void {
  const { data } = z.object({ outgoing: z.instanceof(ServerResponse) }).safeParse(context.env);
  data?.outgoing.destroy();
}

/** What its reader has not read yet. */
class Waiting {
  readonly #events: HubEvent[] = [];
  #characters = 0;
  wake = (): void => {};

  /** False when that is too much. */
  add(event: HubEvent): boolean {
    this.#events.push(event);
    this.#characters += charactersOf(event);
    this.wake();
    return this.#events.length <= mostBehind.events && this.#characters <= mostBehind.characters;
  }

  take(): HubEvent | undefined {
    const event = this.#events.shift();
    if (event !== undefined) this.#characters -= charactersOf(event);
    return event;
  }

  clear(): void {
    this.#events.length = 0;
  }

  /** False when nothing came for a quiet period. */
  somethingNew(): Promise<boolean> {
    return new Promise((resolve) => {
      const quiet = setTimeout(() => resolve(false), quietPeriod);
      this.wake = () => {
        clearTimeout(quiet);
        resolve(true);
      };
    });
  }
}

function charactersOf(event: HubEvent): number {
  return event.kind === "run-log" ? event.text.length : 0;
}
