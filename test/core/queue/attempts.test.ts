import { describe, expect, it } from "vitest";
import {
  backOffLeft,
  failuresOf,
  isAbandoned,
  isExhausted,
  nextLease,
  pauseAfter,
} from "../../../src/core/queue/attempts.ts";
import { failure, head, issueView, leaseView, now, plannedTask, pullView } from "./snapshots.ts";

const at = { task: plannedTask("T1"), issue: issueView(2), folded: false };

describe("the pause after failures", () => {
  it("grows three-fold from 5 s to 15 min", () => {
    expect([0, 1, 2, 3, 9].map(pauseAfter)).toEqual([0, 5_000, 15_000, 45_000, 900_000]);
  });

  it.each([
    ["by the failure's own time", -4_000, 0, 1_000],
    ["by the time the lease was seen, when the worker's clock runs ahead", 3_600_000, 2_000, 3_000],
    ["not at all, when the worker's clock runs far behind", -86_400_000, 0, 0],
  ])("is counted %s", (_, clock, unchangedFor, left) => {
    const lease = leaseView({ issue: 2, failures: [failure("no-change", now + clock)] }, { unchangedFor });
    expect(backOffLeft({ lease }, now)).toBe(left);
  });
});

describe("a spent quota", () => {
  it("lets the task go on with another agent at once, where it is known whose it is", () => {
    const spent = failure("quota", now);
    expect(backOffLeft({ lease: leaseView({ issue: 2, failures: [spent] }) }, now)).toBe(300_000);
    expect(backOffLeft({ lease: leaseView({ issue: 2, failures: [{ ...spent, agent: "codex" }] }) }, now)).toBe(0);
  });
});

describe.each([
  ["worker-lost", [0, 0, 0, 0]],
  ["conflict", [0, 0, 0, 0]],
  ["quota", [5, 15, 60, 60]],
  ["internal", [1, 5, 15, 15]],
] as const)("a failure of the kind %s", (kind, minutes) => {
  const lost = (count: number) => Array.from({ length: count }, () => failure(kind, now));

  it("uses up no attempt", () => {
    expect(isExhausted(lost(9), { attempts: 1 })).toBe(false);
  });

  it(`asks for pauses of ${minutes.join(", ")} minutes, whatever failed before`, () => {
    const before = [failure("no-change", now), failure("setup-failed", now)];
    const pauses = minutes.map((_, index) => {
      const lease = leaseView({ issue: 2, failures: [...before, ...lost(index + 1)] });
      return backOffLeft({ lease }, now) / 60_000;
    });
    expect(pauses).toEqual(minutes);
  });

  it("hides no attempt that did fail", () => {
    expect(isExhausted([...lost(2), failure("no-change", now)], { attempts: 1 })).toBe(true);
  });

  it("ends the task when it was the tenth", () => {
    expect(isExhausted(lost(10), { attempts: 3 })).toBe(true);
  });
});

describe("a lease that says somebody works", () => {
  it.each([
    ["is kept for its length and a minute", { unchangedFor: 959_999 }, false],
    ["is abandoned after that", { unchangedFor: 960_000 }, true],
    ["is abandoned at once when its holder is known to be gone", { holderGone: true }, true],
  ])("%s", (_, more, abandoned) => {
    expect(isAbandoned({ lease: leaseView({ issue: 2, phase: "running" }, more) })).toBe(abandoned);
  });

  it("is not abandoned while the hub counts on a run", () => {
    const run = { run: "r", issue: 2, worker: "w", agent: "a", phase: "working", startedAt: "" } as const;
    expect(isAbandoned({ lease: leaseView({ issue: 2, phase: "running" }, { unchangedFor: 1e9 }), run })).toBe(false);
  });
});

describe("the next lease", () => {
  const claim = { plan: 1, issue: 2, holder: "w/r", nonce: "n", policy: { leaseSeconds: 900 }, now };

  it("begins with epoch 1 and a branch named for the task", () => {
    expect(nextLease({ ...claim, task: at })).toMatchObject({
      epoch: 1,
      phase: "claimed",
      branch: "coppice/2-task-t1",
    });
  });

  it("goes on from the last one: epoch, branch, head and failures", () => {
    const lease = leaseView(
      { issue: 2, phase: "running", epoch: 4, branch: "coppice/2-old", head },
      { holderGone: true },
    );
    const next = nextLease({ ...claim, task: { ...at, lease } });
    expect(next).toMatchObject({ epoch: 5, branch: "coppice/2-old", head, failures: [{ kind: "worker-lost" }] });
  });

  it("carries a conflict once for each head", () => {
    const pull = pullView(7, { mergeable: "conflict" });
    const first = nextLease({ ...claim, task: { ...at, pull } });
    expect(first.failures.map(({ kind }) => kind)).toEqual(["conflict"]);
    const again = { ...at, pull, lease: leaseView({ issue: 2, failures: first.failures }) };
    expect(failuresOf(again, now)).toHaveLength(1);
    expect(failuresOf({ ...again, pull: { ...pull, head: "d".repeat(40) } }, now)).toHaveLength(2);
  });
});
