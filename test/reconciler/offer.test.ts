import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../../src/core/queue/policy.ts";
import { readyTasks } from "../../src/core/queue/select.ts";
import { builtInSpecialists } from "../../src/planner/specialists.ts";
import type { OfferRequest } from "../../src/reconciler/offer.ts";
import { composeOffer } from "../../src/reconciler/offer.ts";
import { parseHubFrame } from "../../src/wire/frames/codec.ts";
import { issueView, now, plannedTask, snapshotOf } from "../core/queue/snapshots.ts";

const snapshot = snapshotOf([
  { task: plannedTask("T1"), issue: issueView(2), folded: false },
  { task: { ...plannedTask("T2"), specialist: "nobody-known" }, issue: issueView(3), folded: false },
]);

let count = 0;
const options: OfferRequest["options"] = {
  forge: { repository: snapshot.repository, gitUrl: "https://forge.test/octo/sample.git", defaultBranch: "main" },
  plans: { file: async () => undefined },
  clock: { now: () => now },
  newId: () => `id-${++count}`,
  author: { name: "coppice[bot]", email: "1+coppice[bot]@users.noreply.github.com" },
  specialists: builtInSpecialists,
};

async function offerOf(index: number, more: Partial<OfferRequest["options"]> = {}) {
  const ready = readyTasks(snapshot, defaultPolicy, now)[index];
  if (ready === undefined) throw new Error("not ready");
  return await composeOffer({
    options: { ...options, ...more },
    snapshot,
    policy: defaultPolicy,
    ready,
    worker: "one",
  });
}

describe("an offer", () => {
  test("carries the instructions of the task's specialist, and fits a frame", async () => {
    const offer = await offerOf(0);
    expect(offer.specialist?.name).toBe("test-engineer");
    expect(offer.specialist?.instructions).toContain("A test must be able to fail.");
    expect(parseHubFrame(JSON.stringify({ kind: "task-offer", offer, token: "t" }))).toMatchObject({ offer });
  });

  test("goes without where nobody of that name is known, or nobody is asked", async () => {
    expect(await offerOf(1)).not.toHaveProperty("specialist");
    expect(await offerOf(0, { specialists: undefined })).not.toHaveProperty("specialist");
  });
});
