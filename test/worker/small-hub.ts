import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import { formatFrame, parseWorkerFrame } from "../../src/wire/frames/codec.ts";
import type { HubFrame, WorkerFrame } from "../../src/wire/frames/frames.ts";
import { protocolVersion } from "../../src/wire/frames/frames.ts";

type Kind = WorkerFrame["kind"];
type Of<K extends Kind> = Extract<WorkerFrame, { kind: K }>;

/** A hub of few words: it writes down what workers say and says what the test tells it to. */
export interface SmallHub {
  readonly url: string;
  readonly frames: WorkerFrame[];
  /** The first frame of that kind (from the `from`th frame on), waited for at most 20 seconds. */
  wait<K extends Kind>(kind: K, from?: number): Promise<Of<K>>;
  send(frame: HubFrame): void;
  /** Cuts the connection without a word. */
  cut(): void;
  /** Hears and answers nothing any more. */
  freeze(): void;
  close(): Promise<void>;
}

export async function startSmallHub(options: {
  token: string;
  answerEnds?: boolean;
  version?: number;
}): Promise<SmallHub> {
  const frames: WorkerFrame[] = [];
  let socket: WebSocket | undefined;
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, stream, head) => {
    if (request.headers.authorization !== `Bearer ${options.token}`) {
      stream.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, stream, head, (connected) => {
      socket = connected;
      connected.on("message", (data) => {
        const frame = parseWorkerFrame(data.toString());
        frames.push(frame);
        if (frame.kind === "worker-hello") {
          send({ kind: "hub-welcome", version: options.version ?? protocolVersion, heartbeatSeconds: 0.2, stop: [] });
        }
        if (frame.kind === "run-end" && options.answerEnds !== false) send({ kind: "run-ended", run: frame.run });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const send = (frame: HubFrame) => socket?.send(formatFrame(frame));
  return {
    url: `http://127.0.0.1:${port}`,
    frames,
    wait: async (kind, from = 0) => {
      for (let turn = 0; turn < 400; turn += 1) {
        const found = frames.slice(from).find((frame): frame is Of<typeof kind> => frame.kind === kind);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`no ${kind} among ${JSON.stringify(frames).slice(0, 2_000)}`);
    },
    send,
    cut: () => socket?.terminate(),
    freeze: () => socket?.pause(),
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
