import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { maxFrameBytes } from "../../src/wire/frames/frames.ts";
import { repository, silent, startHost, until } from "./support/host.ts";
import { connectWorker, heartbeat, hello, offerOf, TestWorker } from "./support/worker.ts";

async function refusedUpgrade(url: string, authorization?: string): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization };
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve, reject) => {
    socket.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("open", () => reject(new Error("it was let in")));
    socket.on("error", () => undefined);
  });
}

test("without a worker's token nobody is let in", async () => {
  const host = await startHost();
  const token = await host.hub.enrol("worker-1");
  expect(await refusedUpgrade(host.workerUrl)).toBe(401);
  expect(await refusedUpgrade(host.workerUrl, "Bearer wrong")).toBe(401);
  expect(await refusedUpgrade(host.workerUrl, `Bearer ${token.slice(0, -1)}`)).toBe(401);
  expect(await refusedUpgrade(host.workerUrl, `Basic ${token}`)).toBe(401);
  expect(await refusedUpgrade(host.workerUrl.replace("/worker", "/elsewhere"), `Bearer ${token}`)).toBe(404);
  expect(await refusedUpgrade(host.workerUrl.replace("/worker", "//"), `Bearer ${token}`)).toBe(404);
});

test("enrolling a name again makes its old token worthless", async () => {
  const host = await startHost();
  const old = await host.hub.enrol("worker-1");
  await connectWorker(host, "worker-1");
  expect(await refusedUpgrade(host.workerUrl, `Bearer ${old}`)).toBe(401);
});

test("enrolling a name again closes what came in with its old token, also what has not said hello yet", async () => {
  const host = await startHost();
  const { worker, token } = await connectWorker(host, "worker-1");
  const quiet = await new TestWorker(host.workerUrl, token).opened();
  const other = await connectWorker(host, "worker-2");
  await host.hub.enrol("worker-1");
  const replaced = { code: 1008, reason: "its token was replaced" };
  expect([await worker.close(), await quiet.close()]).toEqual([replaced, replaced]);
  expect(other.worker.closed).toBeUndefined();
});

test.each([
  ["text that is not JSON", "{", /not JSON/],
  ["a frame of an unknown kind", '{"kind":"worker-dance"}', /kind/],
  ["an unknown key", JSON.stringify({ ...hello("worker-1"), extra: 1 }), /extra/],
  ["a frame before hello", JSON.stringify({ kind: "worker-drain" }), /worker-drain before worker-hello/],
  ["another protocol version", JSON.stringify(hello("worker-1", { version: 2 })), /version: 2, this hub speaks 1/],
  [
    "a newer version that says more",
    JSON.stringify({ ...hello("worker-1", { version: 2 }), region: "north" }),
    /version: 2, this hub speaks 1/,
  ],
  ["another worker's name", JSON.stringify(hello("worker-2")), /the token is worker-1's/],
])("%s closes the connection with the reason", async (_title, text, reason) => {
  const host = await startHost();
  const worker = await new TestWorker(host.workerUrl, await host.hub.enrol("worker-1")).opened();
  worker.socket.send(text);
  const closed = await worker.close();
  expect(closed.code).toBe(1008);
  expect(closed.reason).toMatch(reason);
  expect(host.hub.workers()).toEqual([]);
});

test("a bad frame closes the connection and changes nothing else", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  worker.socket.send(JSON.stringify({ kind: "run-progress", run: "r1", phase: "dancing", note: "x".repeat(400) }));
  worker.send({ kind: "run-progress", run: "r1", phase: "publishing", note: "sent behind the bad one" });
  expect(await worker.close()).toMatchObject({ code: 1008, reason: expect.stringContaining("phase") });
  expect(host.hub.runs(repository)).toMatchObject([{ run: "r1", phase: "claiming" }]);
  expect(host.hub.workers()).toMatchObject([{ id: "worker-1", connected: false }]);
});

test("what a refused frame says is logged in short", async () => {
  const lines: string[] = [];
  const log = {
    ...silent,
    warn: (fields: object, message: string) => void lines.push(JSON.stringify([fields, message])),
  };
  const host = await startHost({ log });
  const { worker } = await connectWorker(host, "worker-1");
  worker.socket.send(JSON.stringify({ kind: "worker-drain", ["x".repeat(1_000_000)]: 1 }));
  expect(await worker.close()).toMatchObject({ code: 1008, reason: expect.stringContaining("xxx") });
  expect(lines).toHaveLength(1);
  expect(lines.join().length).toBeLessThan(500);
});

test("binary and oversized frames close the connection", async () => {
  const host = await startHost();
  const binary = await connectWorker(host, "worker-1");
  binary.worker.socket.send(Buffer.from("{}"));
  expect((await binary.worker.close()).code).toBe(1008);
  const large = await connectWorker(host, "worker-2");
  large.worker.socket.send("x".repeat(maxFrameBytes + 1));
  expect((await large.worker.close()).code).toBe(1009);
});

test("a connection that says nothing is closed", async () => {
  const host = await startHost({ timing: { hello: 0.05 } });
  const worker = await new TestWorker(host.workerUrl, await host.hub.enrol("worker-1")).opened();
  expect(await worker.close()).toMatchObject({ code: 1008, reason: "no worker-hello within 0.05 s" });
});

test("a worker that connects twice keeps the newer connection and its run", async () => {
  const host = await startHost();
  const first = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await first.worker.next("task-offer");
  first.worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  const runs = [{ run: "r1", repository: "octo/hello", plan: 1, issue: 7 }];
  const second = await connectWorker(host, "worker-1", { token: first.token, runs });
  expect(await first.worker.close()).toEqual({ code: 4001, reason: "another connection of this worker took over" });
  expect(second.welcome.stop).toEqual([]);
  expect(host.hub.workers()).toMatchObject([{ id: "worker-1", connected: true }]);
  second.worker.send({ kind: "run-progress", run: "r1", phase: "working", note: "" });
  await until("progress", () => host.hub.runs(repository)[0]?.phase === "working");
});

test("a lost connection keeps the run known, nobody is called gone, and the worker takes it up again", async () => {
  const host = await startHost();
  const first = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await first.worker.next("task-offer");
  first.worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  first.worker.socket.terminate();
  await until("it is away", () => host.hub.workers()[0]?.connected === false);
  expect(host.hub.runs(repository)).toHaveLength(1);
  expect(host.hub.isGone("worker-1/r1")).toBe(false);
  expect(host.hub.isGone("worker-1/r0"), "nothing is known of an absent worker").toBe(false);
  const runs = [{ run: "r1", repository: "octo/hello", plan: 1, issue: 7 }];
  const second = await connectWorker(host, "worker-1", { token: first.token, runs });
  expect(second.welcome.stop).toEqual([]);
  expect(host.hub.isGone("worker-1/r0")).toBe(true);
  expect(host.hub.isGone("worker-1/r1")).toBe(false);
});

test("a worker that comes back without its run has lost it", async () => {
  const host = await startHost();
  const first = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await first.worker.next("task-offer");
  first.worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  first.worker.socket.terminate();
  await connectWorker(host, "worker-1", { token: first.token });
  expect(host.hub.isGone("worker-1/r1")).toBe(true);
  expect(host.hub.runs(repository)).toEqual([]);
  expect(host.events.some((event) => event.kind === "run-gone")).toBe(true);
});

test("a worker cannot take another worker's run", async () => {
  const host = await startHost();
  const first = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await first.worker.next("task-offer");
  first.worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  const runs = [{ run: "r1", repository: "octo/hello", plan: 1, issue: 7 }];
  const thief = await connectWorker(host, "worker-2", { runs });
  expect(thief.welcome.stop).toEqual(["r1"]);
  thief.worker.send({ kind: "run-progress", run: "r1", phase: "publishing", note: "" });
  expect((await thief.worker.next("run-stop")).run).toBe("r1");
  expect(host.hub.runs(repository)).toMatchObject([{ worker: "worker-1", phase: "claiming" }]);
});

test("an offer to a worker whose connection drops is as good as declined", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.socket.terminate();
  expect(await answer).toBe(false);
  expect(host.hub.runs(repository)).toEqual([]);
});

test("a worker that is silent for three periods counts as not connected, one that beats does not", async () => {
  const host = await startHost({ timing: { heartbeat: 0.1 } });
  const { worker: silent } = await connectWorker(host, "silent");
  const { worker: lively } = await connectWorker(host, "lively");
  const beating = setInterval(() => lively.send(heartbeat([])), 20);
  try {
    // A paused socket reads no pings and so answers none, as a frozen process would.
    silent.socket.pause();
    const isConnected = (id: string) => host.hub.workers().find((worker) => worker.id === id)?.connected;
    await until("the silent one is cut off", () => isConnected("silent") === false);
    expect(isConnected("lively")).toBe(true);
  } finally {
    clearInterval(beating);
  }
});

test("the run of a worker that stays away is given up when its lease is over", async () => {
  const host = await startHost({ timing: { heartbeat: 0.05 } });
  const { worker } = await connectWorker(host, "worker-1");
  const offer = offerOf("r1");
  const answer = host.hub.offer("worker-1", { ...offer, lease: { ...offer.lease, seconds: 1 } });
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  worker.socket.terminate();
  await until("the connection is gone", () => host.hub.workers()[0]?.connected === false);
  expect(host.hub.runs(repository)).toHaveLength(1);
  await until("the run is given up", () => host.hub.runs(repository).length === 0);
  expect(host.hub.isGone("worker-1/r1"), "only its own word makes a worker's run gone").toBe(false);
});

test("a stopping hub tells its workers and closes within two seconds", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1");
  const before = Date.now();
  await host.stop();
  // Two seconds, and what a slow machine takes besides.
  expect(Date.now() - before).toBeLessThan(20_000);
  expect(await worker.close()).toEqual({ code: 1001, reason: "the hub is stopping" });
});

test("a run that was stopped while its worker was away is stopped when it is back", async () => {
  const host = await startHost();
  const first = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await first.worker.next("task-offer");
  first.worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  first.worker.socket.terminate();
  await until("it is away", () => host.hub.workers()[0]?.connected === false);
  host.hub.stop("r1", "the plan was cancelled");
  const runs = [{ run: "r1", repository: "octo/hello", plan: 1, issue: 7 }];
  const second = await connectWorker(host, "worker-1", { token: first.token, runs });
  expect(second.welcome.stop).toEqual(["r1"]);
  expect(host.hub.isGone("worker-1/r1"), "it still has it until it says how it ended").toBe(false);
});
