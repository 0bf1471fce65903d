import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { TaskOffer } from "../../../src/ports/dispatch.ts";
import { formatFrame, parseHubFrame } from "../../../src/wire/frames/codec.ts";
import type { HubFrame, WorkerFrame } from "../../../src/wire/frames/frames.ts";
import { protocolVersion } from "../../../src/wire/frames/frames.ts";
import { repository, until } from "./host.ts";

export type Hello = Extract<WorkerFrame, { kind: "worker-hello" }>;
type FrameOf<Kind extends HubFrame["kind"]> = Extract<HubFrame, { kind: Kind }>;

/** The worker's side of the protocol over a real socket, without a worker behind it. */
export class TestWorker {
  readonly socket: WebSocket;
  readonly received: HubFrame[] = [];
  closed: { code: number; reason: string } | undefined;

  constructor(url: string, token: string) {
    this.socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    this.socket.on("message", (data) => this.received.push(parseHubFrame(String(data))));
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    this.socket.on("error", () => undefined);
    onTestFinished(() => this.socket.terminate());
  }

  async opened(): Promise<this> {
    await until("the socket is open", () => this.socket.readyState === WebSocket.OPEN);
    return this;
  }

  send(frame: WorkerFrame): void {
    this.socket.send(formatFrame(frame));
  }

  /** The next frame of that kind, taken out of what was received. */
  async next<Kind extends HubFrame["kind"]>(kind: Kind): Promise<FrameOf<Kind>> {
    const isWanted = (frame: HubFrame): frame is FrameOf<Kind> => frame.kind === kind;
    await until(`a ${kind} frame`, () => this.received.some(isWanted));
    const frame = this.received.find(isWanted);
    if (frame === undefined) throw new Error("unreachable");
    this.received.splice(this.received.indexOf(frame), 1);
    return frame;
  }

  async close(): Promise<{ code: number; reason: string }> {
    await until("the connection is closed", () => this.closed !== undefined);
    return this.closed ?? { code: 0, reason: "" };
  }
}

export function hello(worker: string, more: Partial<Hello> = {}): Hello {
  return {
    kind: "worker-hello",
    version: protocolVersion,
    worker,
    slots: 2,
    agents: [{ id: "command", version: "1" }],
    labels: [],
    machine: { system: "linux", architecture: "x64", cores: 2, memoryBytes: 1e9 },
    warm: [],
    runs: [],
    ...more,
  };
}

/** Connects and says hello; resolves when the hub has welcomed it. */
export async function connectWorker(
  host: { workerUrl: string; hub: { enrol(name: string): Promise<string> } },
  name: string,
  more: Partial<Hello> & { token?: string } = {},
): Promise<{ worker: TestWorker; token: string; welcome: FrameOf<"hub-welcome"> }> {
  const { token = await host.hub.enrol(name), ...facts } = more;
  const worker = await new TestWorker(host.workerUrl, token).opened();
  worker.send(hello(name, facts));
  return { worker, token, welcome: await worker.next("hub-welcome") };
}

export function heartbeat(runs: string[]): WorkerFrame {
  return { kind: "heartbeat", runs, load: 0, freeMemoryBytes: 1, freeDiskBytes: 1 };
}

export function offerOf(run: string, more: Partial<TaskOffer> = {}): TaskOffer {
  const issue = more.issue ?? 7;
  return {
    run,
    repository,
    gitUrl: "http://127.0.0.1:1/octo/hello.git",
    defaultBranch: "main",
    plan: 1,
    goal: "Say hello",
    task: {
      key: "T1",
      title: "Say hello",
      description: "Print it.",
      acceptance: ["it is printed"],
      specialist: "backend-systems-engineer",
      phase: "implementation",
      needs: [],
      priority: "normal",
      touches: [],
    },
    issue,
    lease: {
      version: 1,
      plan: 1,
      task: "T1",
      issue,
      phase: "claimed",
      holder: `worker-1/${run}`,
      epoch: 1,
      nonce: "n",
      seconds: 900,
      branch: "coppice/7-say-hello",
      failures: [],
    },
    timeoutMinutes: 30,
    setup: [],
    verify: [],
    context: [],
    author: { name: "coppice[bot]", email: "1+coppice[bot]@users.noreply.github.com" },
    ...more,
  };
}
