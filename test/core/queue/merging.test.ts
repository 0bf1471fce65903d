import { describe, expect, it } from "vitest";
import { mergeStep } from "../../../src/core/queue/merging.ts";
import type { Policy } from "../../../src/core/queue/policy.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import type { TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { wakeAfter } from "../../../src/core/queue/wake-after.ts";
import { failure, head, issueView, leaseView, now, plannedTask, pullView, runRecord, snapshotOf } from "./snapshots.ts";

const auto: Policy = { ...defaultPolicy, merge: "auto", verify: ["npm test"], checksGraceSeconds: 60 };
const green: TaskSnapshot = {
  ...{ task: plannedTask("T1"), issue: issueView(2), folded: true, publication: runRecord(), headSeenFor: 60_000 },
  ...{ lease: leaseView({ issue: 2, head }), pull: pullView(9, { checks: "passed" }) },
};
const other = "b".repeat(40);
const nothing = { kind: "none" } as const;
const reworked = leaseView({
  issue: 2,
  head,
  failures: [{ ...failure("conflict"), message: `pull request #9 conflicts at ${head.slice(0, 12)}` }],
});
const unlucky = runRecord({ attention: ["changes package.json"] });

describe("an open pull request", () => {
  it("is merged when everything is green", () => {
    expect(mergeStep(green, auto)).toEqual({ kind: "merge", head });
    expect(mergeStep({ ...green, pull: pullView(9) }, auto)).toEqual({ kind: "merge", head });
  });

  it.each<readonly [string, Partial<TaskSnapshot>, Partial<Policy>, string, "wait" | "person", string]>([
    [
      "it is a draft",
      { pull: pullView(9, { draft: true }) },
      {},
      "attention",
      "person",
      "it is a draft: a person must look at it first",
    ],
    [
      "an attempt after it needs a person's eye",
      { publication: unlucky, lease: reworked },
      {},
      "attention",
      "person",
      "changes package.json",
    ],
    [
      "changes were requested",
      { pull: pullView(9, { changesRequested: true }) },
      {},
      "changes-requested",
      "person",
      "changes were requested",
    ],
    ["people merge here", {}, { merge: "manual" }, "manual", "person", "waits for a person to merge it"],
    [
      "somebody pushed to it",
      { pull: pullView(9, { head: other }) },
      {},
      "other-head",
      "person",
      "its head is not the commit that was verified, so a person must merge it",
    ],
    [
      "nothing was recorded of it",
      { publication: undefined },
      {},
      "other-head",
      "person",
      "its head is not the commit that was verified, so a person must merge it",
    ],
    [
      "it was not verified",
      { publication: runRecord({ verification: nothing }) },
      {},
      "unverified",
      "person",
      "it was not verified, so a person must merge it",
    ],
    [
      "nothing checks it",
      { publication: runRecord({ verification: nothing }), pull: pullView(9) },
      { verify: [] },
      "nothing-checked",
      "person",
      "no verify command and no checks say that it works, so a person must merge it",
    ],
    ["a check failed", { pull: pullView(9, { checks: "failed" }) }, {}, "check-failed", "person", "a check failed"],
    ["checks run", { pull: pullView(9, { checks: "pending" }) }, {}, "checks-pending", "wait", "checks are running"],
    [
      "checks may still begin",
      { pull: pullView(9), headSeenFor: 59_999 },
      {},
      "checks-unseen",
      "wait",
      "no check has begun so far",
    ],
    [
      "the forge computes",
      { pull: pullView(9, { checks: "passed", mergeable: "unknown" }) },
      {},
      "mergeable-unknown",
      "wait",
      "the forge is still computing whether it can be merged",
    ],
    [
      "it conflicts",
      { pull: pullView(9, { checks: "passed", mergeable: "conflict" }) },
      {},
      "conflict",
      "wait",
      "it conflicts with the default branch",
    ],
    [
      "the forge would not merge it just now",
      { mergeRefused: { head, reason: "not now", ago: 59_999 } },
      {},
      "refused",
      "wait",
      "the forge would not merge it: not now",
    ],
  ])("waits when %s", (_, more, policy, why, kind, line) => {
    expect(mergeStep({ ...green, ...more }, { ...auto, ...policy })).toEqual({ kind, why, line });
  });

  it("waits first of all for what holds the plan", () => {
    expect(mergeStep(green, auto, { hold: "the plan is paused" })).toEqual({
      kind: "person",
      why: "hold",
      line: "the plan is paused",
    });
  });

  it("is tried again a minute after a refusal, and at once with another head", () => {
    expect(mergeStep({ ...green, mergeRefused: { head, reason: "", ago: 60_000 } }, auto).kind).toBe("merge");
    expect(mergeStep({ ...green, mergeRefused: { head: other, reason: "", ago: 0 } }, auto).kind).toBe("merge");
  });
});

describe("a plan is looked at again by the clock", () => {
  const wake = (more: Partial<TaskSnapshot>, policy = auto) =>
    wakeAfter(snapshotOf([{ ...green, ...more }]), policy, now);
  const bare = { pull: undefined, publication: undefined, folded: false };

  it.each<readonly [string, Partial<TaskSnapshot>, number | undefined]>([
    ["while the forge computes", { pull: pullView(9, { checks: "passed", mergeable: "unknown" }) }, 3_000],
    ["when checks have had their time to begin", { pull: pullView(9), headSeenFor: 20_000 }, 40_000],
    ["when a refused merge may be tried again", { mergeRefused: { head, reason: "", ago: 20_000 } }, 40_000],
    ["not while checks run: they tell", { pull: pullView(9, { checks: "pending" }) }, undefined],
    ["when a task has rested", { ...bare, lease: leaseView({ issue: 2, failures: [failure("no-change")] }) }, 5_000],
    [
      "when a lease runs out",
      { ...bare, lease: leaseView({ issue: 2, phase: "running" }, { unchangedFor: 10_000 }) },
      950_000,
    ],
    [
      "not for a lease that has a run, or is published",
      { ...bare, lease: leaseView({ issue: 2, phase: "published" }) },
      undefined,
    ],
    [
      "not for a lease whose holder is gone",
      { ...bare, lease: leaseView({ issue: 2, phase: "running" }, { holderGone: true }) },
      undefined,
    ],
    ["not for what is green", {}, undefined],
  ])("%s", (_, more, expected) => {
    expect(wake(more)).toBe(expected);
  });

  it("not for merges that people make", () => {
    expect(
      wake({ pull: pullView(9, { checks: "passed", mergeable: "unknown" }) }, { ...auto, merge: "manual" }),
    ).toBeUndefined();
  });
});
