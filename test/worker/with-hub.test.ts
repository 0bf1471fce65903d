import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Hub } from "../../src/hub/hub.ts";
import { createHub } from "../../src/hub/hub.ts";
import type { RunEnded } from "../../src/ports/dispatch.ts";
import { startWorker } from "../../src/worker/start-worker.ts";
import type { Worker } from "../../src/worker/supervise.ts";
import type { ServedOrigin } from "../git/git-server.ts";
import { startServedOrigin } from "../git/git-server.ts";
import { makeLease, quiet } from "../git/origin.ts";
import { systemClock } from "../git/system-clock.ts";
import { makeOffer } from "../runner/bench.ts";

const gitToken = "ghs_token-for-git-over-http";

let served: ServedOrigin;
let hub: Hub;
let worker: Worker;
const server = createServer();
const ends: RunEnded[] = [];

beforeEach(async () => {
  served = await startServedOrigin(gitToken);
  hub = await createHub({
    folder: join(served.folder, "hub"),
    operatorToken: "operator-token-of-this-test",
    mintToken: async () => gitToken,
    readLease: async () => undefined,
    isOwnRun: () => true,
    onRunEnd: async (ended) => {
      ends.push(ended);
    },
    plans: async () => [],
    clock: systemClock,
    log: quiet,
    timing: { heartbeat: 0.2 },
  });
  server.on("upgrade", hub.upgrade);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await worker?.stop("the test is over");
  await hub.close();
  server.removeAllListeners("upgrade");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await served.close();
});

type Settings = Parameters<typeof startWorker>[0];

/** The worker `one`, enrolled at this test's hub. */
async function startOne(settings: Pick<Settings, "agents" | "limits">) {
  const { port } = server.address() as AddressInfo;
  return startWorker({
    hubUrl: `http://127.0.0.1:${port}`,
    name: "one",
    token: await hub.enrol("one"),
    dataFolder: join(served.folder, "data"),
    slots: 2,
    sandbox: "none",
    network: false,
    log: quiet,
    ...settings,
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !condition(); turn += 1) await systemClock.sleep(50);
  expect(condition()).toBe(true);
}

it("A worker and the hub agree from enrolment to the end of two runs at once", async () => {
  worker = await startOne({
    agents: ["command:echo at work; echo $COPPICE_ISSUE > made-$COPPICE_ISSUE.txt; sleep 0.5"],
  });
  await until(() => hub.workers().some(({ connected }) => connected));
  const offer = (issue: number) =>
    makeOffer({
      run: `run-${issue}`,
      issue,
      gitUrl: served.url,
      lease: makeLease({ issue, branch: `coppice/${issue}` }),
      verify: [`test -f made-${issue}.txt`],
    });
  expect(await Promise.all([hub.offer("one", offer(12)), hub.offer("one", offer(13))])).toEqual([true, true]);
  expect(await hub.offer("one", offer(14))).toBe(false);
  expect(hub.isGone("one/run-12")).toBe(false);
  await until(() => ends.length === 2);
  expect(ends.map(({ outcome }) => outcome.kind)).toEqual(["published", "published"]);
  expect(await served.origin.ref("refs/heads/coppice/12")).toMatch(/^[0-9a-f]{40}$/);
  expect(await served.origin.ref("refs/heads/coppice/13")).toMatch(/^[0-9a-f]{40}$/);
  expect(hub.log("run-12")).toContain("at work");
  expect(hub.workers()).toMatchObject([{ free: 2, warm: ["octo/sample"] }]);
  expect(hub.isGone("one/run-12")).toBe(true);
});

it("A worker whose machine is short of something is shown as that, and offered nothing", async () => {
  const limits = { freeMemoryBytes: Number.POSITIVE_INFINITY, freeDiskBytes: 0 };
  worker = await startOne({ agents: ["command:true"], limits });
  await until(() => hub.workers().some(({ strained }) => strained !== undefined));
  expect(hub.workers()).toMatchObject([{ connected: true, slots: 2, free: 0, strained: ["memory"] }]);
  expect(await hub.offer("one", makeOffer({ gitUrl: served.url }))).toBe(false);
});
