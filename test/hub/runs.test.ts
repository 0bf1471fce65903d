import { expect, test } from "vitest";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { RunOutcome } from "../../src/core/run/run.ts";
import { repository, startHost, until } from "./support/host.ts";
import { connectWorker, heartbeat, offerOf } from "./support/worker.ts";

const failed: RunOutcome = {
  kind: "failed",
  failure: { kind: "no-change", message: "nothing was changed", at: "2026-01-01T00:00:00Z" },
  usage: noUsage,
};

test("a task is offered with a git token, accepted, started, followed and ended", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1", { slots: 1 });
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  const offered = await worker.next("task-offer");
  expect(offered.offer).toEqual(offerOf("r1"));
  expect(offered.token).toBe("token-1");
  expect(host.hub.workers()[0]).toMatchObject({ id: "worker-1", connected: true, slots: 1, free: 0 });
  expect(host.hub.isGone("worker-1/r1"), "an offered run is not gone").toBe(false);
  worker.send({ kind: "task-accept", run: "r1" });
  expect(await answer).toBe(true);
  worker.send({ kind: "run-start", run: "r1", lease: "a".repeat(40), epoch: 1 });
  worker.send({ kind: "run-progress", run: "r1", phase: "verifying", note: "npm test" });
  worker.send({ kind: "run-log", run: "r1", text: "hello " });
  worker.send({ kind: "run-log", run: "r1", text: "world\n" });
  await until("the log", () => host.hub.log("r1") === "hello world\n");
  expect(host.hub.runs(repository)).toMatchObject([{ run: "r1", issue: 7, worker: "worker-1", phase: "verifying" }]);
  expect(host.hub.runs({ owner: "octo", name: "other" })).toEqual([]);
  expect(host.hub.workers()[0]?.warm).toEqual(["octo/hello"]);
  worker.send({ kind: "run-end", run: "r1", outcome: failed });
  expect(await worker.next("run-ended")).toEqual({ kind: "run-ended", run: "r1" });
  expect(host.ended).toEqual([{ repository, plan: 1, issue: 7, run: "r1", outcome: failed }]);
  expect(host.hub.runs(repository)).toEqual([]);
  expect(host.hub.isGone("worker-1/r1")).toBe(true);
  expect(host.hub.workers()[0]).toMatchObject({ free: 1 });
  const kinds = host.events.map((event) => event.kind).filter((kind) => kind !== "run-log");
  const life = ["worker-change", "run-progress", "run-progress", "run-start", "run-progress", "run-end"];
  expect(kinds).toEqual(life);
});

test("a declined offer frees its slot", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1", { slots: 1 });
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-decline", run: "r1", reason: "the disk is full" });
  expect(await answer).toBe(false);
  expect(host.hub.runs(repository)).toEqual([]);
  expect(host.hub.workers()[0]).toMatchObject({ free: 1 });
});

test("an offer nobody answers lapses, and a late acceptance is told to stop", async () => {
  const host = await startHost({ timing: { answer: 0.05 } });
  const { worker } = await connectWorker(host, "worker-1");
  expect(await host.hub.offer("worker-1", offerOf("r1"))).toBe(false);
  expect((await worker.next("run-stop")).reason).toBe("the offer was not answered in time");
  worker.send({ kind: "task-accept", run: "r1" });
  expect((await worker.next("run-stop")).reason).toBe("the hub does not know this run");
  expect(host.hub.runs(repository)).toEqual([]);
});

test("slots bound what is offered, also when offers are made at once", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1", { slots: 1 });
  const first = host.hub.offer("worker-1", offerOf("r1"));
  expect(await host.hub.offer("worker-1", offerOf("r2"))).toBe(false);
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  expect(await first).toBe(true);
  expect(await host.hub.offer("worker-1", offerOf("r3"))).toBe(false);
  expect(await host.hub.offer("nobody", offerOf("r4"))).toBe(false);
});

test("a draining worker is offered nothing more and keeps what it has", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  worker.send({ kind: "worker-drain" });
  await until("draining", () => host.hub.workers()[0]?.draining === true);
  expect(await host.hub.offer("worker-1", offerOf("r2"))).toBe(false);
  expect(host.hub.runs(repository)).toHaveLength(1);
});

test("stopping a run reaches its worker with the reason", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  host.hub.stop("r1", "the plan was cancelled");
  expect(await worker.next("run-stop")).toMatchObject({ run: "r1", reason: "the plan was cancelled" });
});

test("a run's git token is renewed on request, and for no run but its own", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  worker.send({ kind: "token-request", run: "r1" });
  expect(await worker.next("token-grant")).toEqual({ kind: "token-grant", run: "r1", token: "token-2" });
  const other = await connectWorker(host, "worker-2");
  other.worker.send({ kind: "token-request", run: "r1" });
  expect((await other.worker.next("run-stop")).run).toBe("r1");
  expect(host.minted).toHaveLength(2);
});

test("when no git token can be had the offer throws and its slot is free again", async () => {
  const host = await startHost({ mintToken: () => Promise.reject(new Error("the forge is away")) });
  await connectWorker(host, "worker-1", { slots: 1 });
  await expect(host.hub.offer("worker-1", offerOf("r1"))).rejects.toThrow("the forge is away");
  expect(host.hub.workers()[0]).toMatchObject({ free: 1 });
});

test("an offer that no frame can hold is refused before it is sent", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1");
  const offer = offerOf("r1", { goal: "x".repeat(5_000) });
  await expect(host.hub.offer("worker-1", offer)).rejects.toThrow(/the offer cannot be sent: frame: offer.goal/);
  expect(worker.received).toEqual([]);
  expect(host.hub.runs(repository)).toEqual([]);
});

test("a run its worker no longer names in two heartbeats is given up", async () => {
  const host = await startHost();
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  worker.send(heartbeat(["r1"]));
  worker.send(heartbeat([]));
  worker.send(heartbeat(["r1"]));
  worker.send(heartbeat([]));
  worker.send({ kind: "run-log", run: "r1", text: "still here" });
  await until("the log", () => host.hub.log("r1") !== undefined);
  expect(host.hub.isGone("worker-1/r1")).toBe(false);
  worker.send(heartbeat([]));
  await until("the run is gone", () => host.hub.isGone("worker-1/r1"));
  expect(host.events.at(-1)).toMatchObject({ kind: "run-gone", run: "r1", reason: "the worker no longer has it" });
});

test("an end that is told again while it is being recorded is answered once it is", async () => {
  let record = () => {};
  const recorded = new Promise<void>((resolve) => {
    record = resolve;
  });
  let asked = 0;
  const host = await startHost({
    onRunEnd: () => {
      asked += 1;
      return recorded;
    },
  });
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  for (const _time of [1, 2]) worker.send({ kind: "run-end", run: "r1", outcome: failed });
  worker.send(heartbeat(["r1"]));
  worker.send({ kind: "token-request", run: "nobody's" });
  expect((await worker.next("run-stop")).run, "everything before it is dealt with").toBe("nobody's");
  expect(worker.received).toEqual([]);
  record();
  await worker.next("run-ended");
  expect(asked).toBe(1);
});

test("an end that cannot be recorded is not acknowledged and may be said again", async () => {
  let failing = true;
  const ends: string[] = [];
  const host = await startHost({
    onRunEnd: async (end) => {
      if (failing) throw new Error("the ledger is away");
      ends.push(end.run);
    },
  });
  const { worker } = await connectWorker(host, "worker-1");
  const answer = host.hub.offer("worker-1", offerOf("r1"));
  await worker.next("task-offer");
  worker.send({ kind: "task-accept", run: "r1" });
  await answer;
  worker.send({ kind: "run-end", run: "r1", outcome: failed });
  await until("the end was heard", () => host.events.at(-1)?.kind === "run-end");
  expect(worker.received).toEqual([]);
  failing = false;
  worker.send({ kind: "run-end", run: "r1", outcome: failed });
  await worker.next("run-ended");
  worker.send({ kind: "run-end", run: "r1", outcome: failed });
  await worker.next("run-ended");
  expect(ends).toEqual(["r1"]);
});
