import { commandRows, verbs } from "../../../src/wire/commands/registry.ts";
import { formatEdit } from "../../../src/wire/edit-yaml.ts";
import { formatFrame } from "../../../src/wire/frames/codec.ts";
import type { WorkerFrame } from "../../../src/wire/frames/frames.ts";
import { protocolVersion } from "../../../src/wire/frames/frames.ts";
import { formatLease } from "../../../src/wire/lease-text.ts";
import { parsePlan } from "../../../src/wire/plan-yaml.ts";
import { formatProposal } from "../../../src/wire/proposal-yaml.ts";
import { makeLease } from "../../git/origin.ts";
import { makeOffer } from "../../runner/bench.ts";
import { hostileBodies } from "../../wire/commands/hostile-bodies.ts";
import { playThreads } from "../hub/play.ts";

/** Texts as they are read, by what they are: what a whole ledger holds when plans are done, and what people, workers and hubs say. */
export async function collectSamples(seed: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const stage = await playThreads({ seed, comments: 9 });
  const files = [...(stage.world.ledger.at(-1)?.files ?? [])];
  const ending = (end: string) => files.filter(([path]) => path.endsWith(end)).map(([, text]) => text);
  const plans = ending("plan.yaml");
  return new Map([
    ["command", verbs.flatMap((verb) => [...commandRows[verb].examples]).concat(Object.values(hostileBodies))],
    ["plan", plans],
    ["record", ending("record.yaml")],
    ["marks", ending("marks.yaml")],
    ["run", ending(".json")],
    ["edit", plans.map((text) => formatEdit(parsePlan(text), 1))],
    ["proposal", [formatProposal(proposal)]],
    [
      "lease",
      [formatLease(makeLease({ failures: [{ kind: "quota", message: "spent", at: "2026-01-01T00:00:00Z" }] }))],
    ],
    ["config", [config]],
    ["specialist", [specialist]],
    ["worker frame", workerFrames.map((frame) => formatFrame(frame))],
    ["hub frame", [JSON.stringify({ kind: "task-offer", token: "t", offer: makeOffer() })]],
  ]);
}

const proposal: Parameters<typeof formatProposal>[0] = {
  number: 1,
  revision: 1,
  comment: 7,
  at: "2026-01-01T00:00:00Z",
  changes: [{ kind: "remove", key: "T2" }],
};

const config = `setup: npm ci
verify:
  - npm test
merge: auto
attempts: 3
bots: [renovate]
budget:
  day: { dollars: 5 }
`;

const specialist = `---
name: backend-engineer
description: "Builds services: APIs, queues"
keywords: [api, database]
---
You build services.
`;

const workerFrames: readonly WorkerFrame[] = [
  {
    ...{ kind: "worker-hello", version: protocolVersion, worker: "one", slots: 2, labels: [], warm: ["octo/sample"] },
    agents: [{ id: "claude-code", version: "1.0.0" }],
    machine: { system: "linux", architecture: "x64", cores: 2, memoryBytes: 1_024 },
    runs: [{ run: "run-1", repository: "octo/sample", plan: 1, issue: 12 }],
  },
  { kind: "heartbeat", runs: ["run-1"], load: 0.5, freeMemoryBytes: 1, freeDiskBytes: 1 },
  { kind: "run-start", run: "run-1", lease: "a".repeat(40), epoch: 1 },
  { kind: "run-log", run: "run-1", text: "hello" },
];
