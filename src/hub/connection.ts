import { Buffer } from "node:buffer";
import type { RawData, WebSocket } from "ws";
import { CoppiceError } from "../core/errors.ts";
import { formatFrame, parseWorkerFrame } from "../wire/frames/codec.ts";
import type { HubFrame, WorkerFrame } from "../wire/frames/frames.ts";
import { keepForLater } from "./claims.ts";
import type { Hello } from "./hello.ts";
import { welcome } from "./hello.ts";
import { receive } from "./receive.ts";
import type { HubState, KnownWorker, WorkerLink } from "./state.ts";
import { announceWorker, runsOf } from "./state.ts";

/** RFC 6455's code for a message that breaks the rules. */
export const policyViolation = 1008;

/** A worker this many bytes behind on reading is cut off. */
const maxBacklogBytes = 64 * 1024 * 1024;

/** Speaks with one worker from its hello to the end of the connection. `name` is whose token it came with. */
export function serveConnection(state: HubState, socket: WebSocket, name: string): void {
  let worker: KnownWorker | undefined;
  const link = linkOf(socket, () => {
    if (worker?.link === link) disconnect(state, worker);
  });
  const patience = setTimeout(
    () => link.close(policyViolation, `no worker-hello within ${state.needs.timing.hello} s`),
    state.needs.timing.hello * 1_000,
  );
  socket.on("message", (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    try {
      const frame = parseWorkerFrame(textOf(data, isBinary));
      if (worker !== undefined) return later(state, worker, frame);
      const hello = checkHello(frame, name);
      clearTimeout(patience);
      worker = welcome(state, hello, link);
    } catch (error) {
      refuse(state, link, { name, error });
    }
  });
  socket.on("pong", () => {
    if (worker?.link === link) worker.lastSeen = state.needs.clock.monotonic();
  });
  // ws closes the connection itself after a protocol error (1002, 1007, 1009); it only must not be unhandled.
  socket.on("error", (error) =>
    state.needs.log.warn({ worker: name, error: error.message }, "A worker's connection failed"),
  );
  socket.on("close", () => {
    clearTimeout(patience);
    link.cut();
  });
}

function later(state: HubState, worker: KnownWorker, frame: WorkerFrame): void {
  if (frame.kind === "worker-hello") throw new CoppiceError("frame-invalid", "frame: kind: worker-hello a second time");
  worker.lastSeen = state.needs.clock.monotonic();
  if (!keepForLater(state, worker, frame)) receive(state, worker, frame);
}

function checkHello(frame: WorkerFrame, name: string): Hello {
  if (frame.kind !== "worker-hello") {
    throw new CoppiceError("frame-invalid", `frame: kind: ${frame.kind} before worker-hello`);
  }
  if (frame.worker !== name) {
    throw new CoppiceError("frame-invalid", `frame: worker: ${frame.worker}, but the token is ${name}'s`);
  }
  return frame;
}

function refuse(state: HubState, link: WorkerLink, { name, error }: { name: string; error: unknown }): void {
  if (!(error instanceof CoppiceError)) {
    state.needs.log.error({ worker: name, error: String(error) }, "A frame could not be handled");
    link.close(1011, "the hub failed on this frame");
    return;
  }
  state.needs.log.warn({ worker: name, reason: error.message }, "A frame was refused");
  link.close(policyViolation, error.message);
}

/** The connection is over; the runs stay known, and offers still open are as good as declined. */
function disconnect(state: HubState, worker: KnownWorker): void {
  worker.link = undefined;
  for (const run of runsOf(state, worker.id)) run.answer?.(false);
  announceWorker(state, worker);
}

function linkOf(socket: WebSocket, ended: () => void): WorkerLink {
  return {
    send(frame: HubFrame) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > maxBacklogBytes) socket.terminate();
      else socket.send(formatFrame(frame));
    },
    close(code, reason) {
      socket.close(code, shorten(reason));
    },
    cut() {
      socket.terminate();
      ended();
    },
  };
}

/** A close frame's reason holds at most 123 bytes. */
function shorten(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.byteLength <= 123) return reason;
  return `${bytes
    .subarray(0, 119)
    .toString("utf8")
    .replace(/\uFFFD+$/, "")}…`;
}

function textOf(data: RawData, isBinary: boolean): string {
  if (isBinary) throw new CoppiceError("frame-invalid", "a binary frame; frames are JSON text");
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
}
