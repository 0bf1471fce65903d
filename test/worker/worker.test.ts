import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leaseRef } from "../../src/core/lease/lease.ts";
import type { TaskOffer } from "../../src/ports/dispatch.ts";
import { parseHubFrame } from "../../src/wire/frames/codec.ts";
import type { WorkerOptions } from "../../src/worker/start-worker.ts";
import { startWorker } from "../../src/worker/start-worker.ts";
import type { Worker } from "../../src/worker/supervise.ts";
import type { Origin } from "../git/origin.ts";
import { git, makeFolder, makeLease, makeOrigin, quiet } from "../git/origin.ts";
import { makeOffer } from "../runner/bench.ts";
import { canMount, mountDisk } from "../support/small-disk.ts";
import type { SmallHub } from "./small-hub.ts";
import { startSmallHub } from "./small-hub.ts";

const token = "worker-token-of-this-test";

let folder: { path: string; remove(): Promise<void> };
let origin: Origin;
let hub: SmallHub;
let worker: Worker | undefined;

beforeEach(async () => {
  folder = await makeFolder();
  origin = await makeOrigin(folder.path);
  hub = await startSmallHub({ token });
});
afterEach(async () => {
  await worker?.stop("the test is over");
  worker = undefined;
  await hub.close();
  await folder.remove();
});

async function start(line: string, change: Partial<WorkerOptions> = {}): Promise<Worker> {
  worker = await startWorker({
    hubUrl: hub.url,
    name: "one",
    token,
    dataFolder: join(folder.path, "data"),
    agents: [`command:${line}`],
    slots: 1,
    sandbox: "none",
    network: false,
    protocols: ["file"],
    log: quiet,
    ...change,
  });
  return worker;
}

function offer(change: Partial<TaskOffer> = {}): void {
  const made = makeOffer({ gitUrl: origin.url, ...change });
  hub.send(parseHubFrame(JSON.stringify({ kind: "task-offer", token: "ghs_token-of-this-run", offer: made })));
}

/** A shell line that ends when `tell` was called. */
const untilTold = () => `until test -e ${join(folder.path, "told")}; do sleep 0.05; done`;
const tell = () => writeFile(join(folder.path, "told"), "");

describe("a worker", () => {
  it("says hello, takes an offer, tells how it goes and how it ended, and forgets it when the hub knows", async () => {
    await start("echo working; printf 'ghs_token-%s\\n' of-this-run; echo hi > greeting.txt");
    const hello = await hub.wait("worker-hello");
    expect(hello).toMatchObject({ worker: "one", slots: 1, runs: [], warm: [], agents: [{ version: "shell" }] });
    offer();
    expect(await hub.wait("task-accept")).toEqual({ kind: "task-accept", run: "run-1" });
    const begun = await hub.wait("run-start");
    const end = await hub.wait("run-end");
    if (end.outcome.kind !== "published") throw new Error(JSON.stringify(end.outcome));
    expect(begun).toMatchObject({ run: "run-1", epoch: 1 });
    expect(await origin.ref(leaseRef(12))).toBe(end.outcome.lease);
    const logs = hub.frames.flatMap((frame) => (frame.kind === "run-log" ? [frame.text] : [])).join("");
    expect(logs).toContain("working\n***\n");
    expect(JSON.stringify(hub.frames)).not.toContain("ghs_token-of-this-run");
    const beat = await hub.wait("heartbeat", hub.frames.length);
    expect(beat).toMatchObject({ runs: [], freeDiskBytes: expect.any(Number) });
  });

  it("declines what it cannot do, saying why", async () => {
    await start("sleep 30");
    await hub.wait("worker-hello");
    const refusals: [Partial<TaskOffer>, RegExp][] = [
      [{ agent: "command:rm -rf /" }, /no agent/],
      [{ gitUrl: "ssh://host/repository.git" }, /git over ssh/],
      [{ repository: { owner: "..", name: "sample" } }, /no repository's name/],
    ];
    for (const [change, reason] of refusals) {
      const from = hub.frames.length;
      offer(change);
      expect((await hub.wait("task-decline", from)).reason).toMatch(reason);
    }
    offer();
    await hub.wait("task-accept");
    offer({ run: "run-2", issue: 13, lease: makeLease({ issue: 13 }) });
    expect(await hub.wait("task-decline", hub.frames.length - 1)).toMatchObject({
      reason: expect.stringMatching(/slot/),
    });
  });

  it("keeps working while the hub is away, names the run when it is back, and tells its end until that is confirmed", async () => {
    await hub.close();
    hub = await startSmallHub({ token, answerEnds: false });
    await start(`echo hi > greeting.txt; ${untilTold()}`);
    await hub.wait("worker-hello");
    offer();
    await hub.wait("run-start");
    hub.cut();
    const second = await hub.wait("worker-hello", 1);
    expect(second.runs).toEqual([{ run: "run-1", repository: "octo/sample", plan: 1, issue: 12 }]);
    await tell();
    expect((await hub.wait("run-end")).outcome.kind).toBe("published");
    const from = hub.frames.length;
    hub.cut();
    expect((await hub.wait("worker-hello", from)).runs).toHaveLength(1);
    expect((await hub.wait("run-end", from)).outcome.kind).toBe("published");
    hub.send({ kind: "run-ended", run: "run-1" });
    hub.cut();
    const last = hub.frames.length;
    expect((await hub.wait("worker-hello", last)).warm).toEqual(["octo/sample"]);
  });

  it("stops a run when told to, and frees its lease", async () => {
    await start("echo hi > greeting.txt; sleep 60");
    await hub.wait("worker-hello");
    offer();
    await hub.wait("run-start");
    hub.send({ kind: "run-stop", run: "run-1", reason: "a person said /stop" });
    expect((await hub.wait("run-end")).outcome).toMatchObject({
      kind: "failed",
      failure: { kind: "stopped", message: "a person said /stop" },
    });
  });

  it("drains: tells the hub, takes nothing more, finishes what runs, and ends", async () => {
    const draining = await start(`echo hi > greeting.txt; ${untilTold()}`);
    await hub.wait("worker-hello");
    offer();
    await hub.wait("run-start");
    draining.drain();
    await hub.wait("worker-drain");
    offer({ run: "run-2", issue: 13, lease: makeLease({ issue: 13 }) });
    await hub.wait("task-decline");
    await tell();
    await draining.ended;
    expect((await hub.wait("run-end")).outcome.kind).toBe("published");
  });

  it("hands back what is not done in time when it drains: the lease is free, and nothing counts as tried", async () => {
    const draining = await start("echo hi > greeting.txt; sleep 60", { drainMilliseconds: 300 });
    await hub.wait("worker-hello");
    offer();
    await hub.wait("run-start");
    draining.drain();
    await draining.ended;
    expect((await hub.wait("run-end")).outcome).toMatchObject({
      failure: { kind: "stopped", message: expect.stringContaining("too long") },
    });
    const message = await git(origin.folder, "log", "-1", "--format=%B", leaseRef(12));
    expect(JSON.parse(message.slice(message.indexOf("{")))).toMatchObject({
      phase: "free",
      failures: [{ kind: "stopped" }],
    });
  });

  it("takes nothing while its machine is short of something, and says of what; what runs goes on", async () => {
    const limits = { freeMemoryBytes: 0, freeDiskBytes: Number.POSITIVE_INFINITY };
    await start("true", { limits });
    await hub.wait("worker-hello");
    offer();
    expect(await hub.wait("task-decline")).toEqual({
      kind: "task-decline",
      run: "run-1",
      why: "strained",
      reason: "too little disk is free",
    });
    const beat = await hub.wait("heartbeat");
    expect(beat).toMatchObject({ strained: ["disk"], load: expect.any(Number), freeMemoryBytes: expect.any(Number) });
  });

  it.skipIf(!canMount)("that met a full disk takes nothing for a while", async () => {
    const data = join(folder.path, "data");
    await mkdir(data);
    const unmount = mountDisk(data, 2);
    try {
      await start("true", { limits: { freeMemoryBytes: 0, freeDiskBytes: 0 } });
      await hub.wait("worker-hello");
      await writeFile(join(data, "filler"), Buffer.alloc(4_000_000)).catch(() => undefined);
      offer();
      const message = expect.stringMatching(/^disk-full: |mirror cannot be opened: .*ENOSPC/);
      expect((await hub.wait("run-end")).outcome).toMatchObject({ failure: { kind: "internal", message } });
      offer({ run: "run-2" });
      expect(await hub.wait("task-decline")).toMatchObject({ run: "run-2", why: "strained" });
    } finally {
      await worker?.stop("the test is over");
      unmount();
    }
  });

  it("ends with one clear line when the hub speaks another version, and has done nothing", async () => {
    await hub.close();
    hub = await startSmallHub({ token, version: 2 });
    const refused = await start("true");
    await expect(refused.ended).rejects.toThrow(/this worker speaks version 1, not 2/);
    worker = undefined;
    expect(hub.frames.map(({ kind }) => kind)).toEqual(["worker-hello"]);
  });

  it("ends with one clear line when the hub refuses its token, and when the data folder is taken", async () => {
    const refused = await start("true", { token: "wrong" });
    await expect(refused.ended).rejects.toThrow(/refuses this worker's token/);
    worker = undefined;
    await start("true");
    await expect(startWorker({ ...(await options()), dataFolder: join(folder.path, "data") })).rejects.toThrow(
      /in use by/,
    );
  });

  it("is stopped soon although the hub does not answer any more", async () => {
    const { stop } = await start("true");
    await hub.wait("worker-hello");
    hub.freeze();
    const begun = performance.now();
    await stop("the test wants it");
    // A WebSocket's own patience is thirty seconds.
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it("ends with one clear line when its data folder is taken away, rather than fail whatever it is given", async () => {
    const { ended } = await start("true");
    const told = expect(ended).rejects.toThrow(/the data folder .* was taken away/);
    await hub.wait("worker-hello");
    await rm(join(folder.path, "data"), { recursive: true, force: true });
    await told;
  });

  it("refuses to start without an agent that can run, or with an address that is none", async () => {
    await expect(start("true", { agents: ["anthropic"] })).rejects.toThrow(/ANTHROPIC_API_KEY/);
    await expect(start("true", { agents: ["nobody"] })).rejects.toThrow(/no agent is called "nobody"/);
    await expect(start("true", { hubUrl: "nowhere" })).rejects.toThrow(/http:\/\/host:port/);
  });
});

async function options(): Promise<WorkerOptions> {
  return {
    hubUrl: hub.url,
    name: "two",
    token,
    dataFolder: "",
    agents: ["command:true"],
    slots: 1,
    sandbox: "none",
    network: false,
    log: quiet,
  };
}
