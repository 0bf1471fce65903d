import WebSocket from "ws";
import { CoppiceError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { formatFrame, parseHubFrame } from "../wire/frames/codec.ts";
import type { HubFrame, WorkerFrame } from "../wire/frames/frames.ts";
import { maxFrameBytes, protocolVersion } from "../wire/frames/frames.ts";

export interface HubLinkOptions {
  readonly url: URL;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly hello: () => Promise<WorkerFrame>;
  readonly onFrame: (frame: HubFrame) => void;
}

/** The connection to the hub: it is looked for again, with growing pauses, until the signal ends it. */
export interface HubLink {
  /** False when there is no connection now, or it is too far behind. */
  send(frame: WorkerFrame): boolean;
  /** Resolves when the signal ended it; rejects with CoppiceError bad-input when the hub will never have this worker. */
  readonly ended: Promise<void>;
}

/** RFC 6455's code for a broken rule, and the hub's for "another connection of this worker took over". */
const policyViolation = 1008;
const replaced = 4001;

/** Pauses before looking for the hub again, milliseconds: doubled each time, shortened by up to half at random. */
const firstPause = 500;
const longestPause = 30_000;

/** A hub silent for this long is gone; it pings every few seconds. Milliseconds. */
const silence = 45_000;

/** How long a hub may take to say goodbye when the worker ends, milliseconds. */
const farewell = 500;

/** Bytes waiting in the socket above which nothing more is given to it. */
const maxBacklog = 8 * 1024 * 1024;

export function connectHub(options: HubLinkOptions, signal: AbortSignal): HubLink {
  const state: { socket: WebSocket | undefined; welcomed: boolean } = { socket: undefined, welcomed: false };
  return {
    send: (frame) => {
      const { socket } = state;
      if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > maxBacklog) return false;
      socket.send(formatFrame(frame));
      return true;
    },
    ended: stayConnected(options, state, signal),
  };
}

type LinkState = { socket: WebSocket | undefined; welcomed: boolean };

async function stayConnected(options: HubLinkOptions, state: LinkState, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    const since = options.clock.monotonic();
    const closed = await connectOnce(options, state, signal);
    if (signal.aborted) return;
    const final = finalReason(closed, state.welcomed);
    if (final) throw new CoppiceError("bad-input", final);
    if (options.clock.monotonic() - since > longestPause) failures = 0;
    const pause = Math.min(firstPause * 2 ** Math.min(failures, 10), longestPause) * (0.5 + Math.random() / 2);
    options.log.warn(
      { reason: closed.reason, pause: Math.round(pause) },
      "the hub is not connected; it is tried again",
    );
    await options.clock.sleep(pause, signal).catch(() => undefined);
  }
}

interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Why it is no use to try again; a worker that was welcome once tries on whatever a restarting hub says. */
function finalReason({ code, reason }: Closed, welcomed: boolean): string | undefined {
  if (code === replaced) return "another worker with this name and token connected; give each its own";
  if (welcomed) return undefined;
  if (code === 401 || code === 403)
    return "the hub refuses this worker's token; enrol it again and give it the new one";
  if (code === 404) return "the hub serves no workers at this address; it looks like http://host:port";
  if (code === policyViolation) return `the hub refuses this worker: ${reason}`;
  return undefined;
}

/** Resolves when the connection is over. */
function connectOnce(options: HubLinkOptions, state: LinkState, signal: AbortSignal): Promise<Closed> {
  return new Promise((resolve) => {
    const socket = new WebSocket(options.url, {
      headers: { authorization: `Bearer ${options.token}` },
      handshakeTimeout: 10_000,
      maxPayload: maxFrameBytes,
      perMessageDeflate: false,
    });
    let trouble: Closed = { code: 0, reason: "" };
    let quiet = setTimeout(() => socket.terminate(), silence);
    const end = () => {
      clearTimeout(quiet);
      socket.close(1000, "the worker ends");
      quiet = setTimeout(() => socket.terminate(), farewell);
    };
    const over = (closed: Closed) => {
      clearTimeout(quiet);
      signal.removeEventListener("abort", end);
      if (state.socket === socket) state.socket = undefined;
      resolve(closed);
    };
    signal.addEventListener("abort", end, { once: true });
    socket.on("unexpected-response", (_, response) => {
      trouble = { code: response.statusCode ?? 0, reason: `the hub answered ${response.statusCode}` };
      socket.terminate();
    });
    socket.on("error", (error) => {
      if (trouble.code === 0) trouble = { code: 0, reason: error.message };
    });
    socket.on("close", (code, reason) =>
      over(trouble.code ? trouble : { code, reason: reason.toString() || trouble.reason }),
    );
    socket.on("open", () => void greet(options, state, socket));
    socket.on("ping", () => quiet.refresh());
    socket.on("message", (data) => {
      quiet.refresh();
      receive(options, state, { socket, text: data.toString() });
    });
  });
}

async function greet(options: HubLinkOptions, state: LinkState, socket: WebSocket): Promise<void> {
  const hello = await options.hello();
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(formatFrame(hello));
  state.socket = socket;
}

function receive(
  options: HubLinkOptions,
  state: LinkState,
  { socket, text }: { socket: WebSocket; text: string },
): void {
  try {
    const frame = parseHubFrame(text);
    if (frame.kind === "hub-welcome") {
      if (frame.version !== protocolVersion) {
        socket.close(policyViolation, `this worker speaks version ${protocolVersion}, not ${frame.version}`);
        return;
      }
      state.welcomed = true;
    }
    options.onFrame(frame);
  } catch (error) {
    options.log.warn({ error: String(error) }, "a frame of the hub is left out");
  }
}
