import { expect, test } from "vitest";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { HubOptions } from "../../src/hub/hub.ts";
import { repository, startHost, until } from "./support/host.ts";
import { connectWorker, heartbeat, offerOf, type TestWorker } from "./support/worker.ts";

const claimed = (run: string, issue = 7) => ({ run, repository: "octo/hello", plan: 1, issue });
const end = { kind: "failed", failure: { kind: "no-change", message: "", at: "" }, usage: noUsage } as const;

/** A hub that remembers nothing, and the lease as its repository has it. */
async function restarted(phase: "claimed" | "running" | "published" | "free", more: Partial<HubOptions> = {}) {
  const lease = { ...offerOf("r1").lease, phase };
  return startHost({ readLease: async (_, issue) => (issue === 7 ? lease : undefined), ...more });
}

/** Everything sent before was received: frames are dealt with in order. */
async function settled(worker: TestWorker): Promise<void> {
  worker.send({ kind: "token-request", run: "nobody's" });
  expect((await worker.next("run-stop")).run).toBe("nobody's");
}

test("a hub that was restarted takes its workers' runs up again, with the same tokens", async () => {
  const before = await startHost();
  const token = await before.hub.enrol("worker-1");
  await before.stop();
  const after = await restarted("running", { folder: before.folder });
  const runs = [claimed("r1"), { ...claimed("r2", 8), repository: "nonsense" }];
  const { worker, welcome } = await connectWorker(after, "worker-1", { token, runs });
  expect(welcome.stop, "only of a repository").toEqual(["r2"]);
  await until("it is proven", () => after.hub.runs(repository).length === 1);
  expect(after.hub.runs(repository)).toMatchObject([{ run: "r1", issue: 7, worker: "worker-1", phase: "working" }]);
  expect(after.hub.isGone("worker-1/r1")).toBe(false);
  worker.send({ kind: "token-request", run: "r1" });
  await worker.next("token-grant");
});

test("a run nobody gave the worker gets no token, counts for nothing, ends nothing and is told to stop", async () => {
  const host = await restarted("running");
  const runs = [claimed("r1"), claimed("r9", 9)];
  const { worker } = await connectWorker(host, "thief", { runs });
  for (const run of ["r1", "r9"]) {
    worker.send({ kind: "token-request", run });
    worker.send({ kind: "run-start", run, lease: "a".repeat(40), epoch: 1 });
    worker.send({ kind: "run-end", run, outcome: end });
  }
  const stopped = [(await worker.next("run-stop")).run, (await worker.next("run-stop")).run];
  expect(stopped.sort()).toEqual(["r1", "r9"]);
  await worker.next("run-ended");
  await worker.next("run-ended");
  expect({ minted: host.minted, ended: host.ended, runs: host.hub.runs(repository) }).toEqual({
    minted: [],
    ended: [],
    runs: [],
  });
  expect(host.events.map(({ kind }) => kind)).toEqual(["worker-change"]);
});

test("whoever claims a run first, the one its lease names has it", async () => {
  const host = await restarted("running");
  await connectWorker(host, "thief", { runs: [claimed("r1")] });
  await connectWorker(host, "worker-1", { runs: [claimed("r1")] });
  await until("it is proven", () => host.hub.runs(repository)[0]?.worker === "worker-1");
});

test("while the lease cannot be read the run is quiet, and nothing it said is lost when it can be", async () => {
  const lease = { ...offerOf("r1").lease, phase: "running" as const };
  let away = true;
  const readLease = async () => (away ? Promise.reject(new Error("not open yet")) : lease);
  const host = await startHost({ readLease, timing: { heartbeat: 0.1 } });
  const { worker } = await connectWorker(host, "worker-1", { slots: 1, runs: [claimed("r1")] });
  worker.send({ kind: "run-start", run: "r1", lease: "a".repeat(40), epoch: 1 });
  for (const text of ["one ", "two "]) worker.send({ kind: "run-log", run: "r1", text });
  worker.send({ kind: "run-progress", run: "r1", phase: "verifying", note: "npm test" });
  worker.send({ kind: "token-request", run: "r1" });
  worker.send(heartbeat(["r1"]));
  await settled(worker);
  expect(worker.received).toEqual([]);
  expect(host.hub.runs(repository)).toEqual([]);
  expect(host.hub.log("r1")).toBeUndefined();
  expect(host.hub.isGone("worker-1/r1")).toBe(false);
  expect(host.hub.workers()[0]).toMatchObject({ free: 0 });
  away = false;
  await worker.next("token-grant");
  expect(host.hub.log("r1")).toBe("one two ");
  expect(host.hub.runs(repository)).toMatchObject([{ run: "r1", phase: "verifying" }]);
  worker.send({ kind: "run-end", run: "r1", outcome: end });
  await worker.next("run-ended");
  expect(host.ended).toEqual([{ repository, plan: 1, issue: 7, run: "r1", outcome: end }]);
});

test.each(["published", "free"] as const)("of a run whose lease is %s only the end is heard", async (phase) => {
  const host = await restarted(phase);
  const { worker } = await connectWorker(host, "worker-1", { runs: [claimed("r1")] });
  worker.send({ kind: "token-request", run: "r1" });
  worker.send({ kind: "run-log", run: "r1", text: "late" });
  await settled(worker);
  expect(host.minted).toEqual([]);
  expect(host.hub.runs(repository)).toEqual([]);
  worker.send({ kind: "run-end", run: "r1", outcome: end });
  await worker.next("run-ended");
  expect(host.ended).toMatchObject([{ run: "r1", plan: 1 }]);
});

test("what a worker does not name any more is not waited for", async () => {
  const host = await startHost({ readLease: () => Promise.reject(new Error("not open yet")) });
  const first = await connectWorker(host, "worker-1", { slots: 1, runs: [claimed("r1")] });
  await connectWorker(host, "worker-1", { slots: 1, token: first.token });
  expect(host.hub.workers()[0]).toMatchObject({ free: 1 });
  expect(host.hub.isGone("worker-1/r1")).toBe(true);
});

test("of another hub's runs nothing is known, whatever their workers are called", async () => {
  const host = await startHost({ isOwnRun: (run) => run.endsWith("-here") });
  await connectWorker(host, "runner-1");
  expect(host.hub.isGone("runner-1/r1-here"), "an earlier life's").toBe(true);
  expect(host.hub.isGone("runner-1/r1-there")).toBe(false);
});
