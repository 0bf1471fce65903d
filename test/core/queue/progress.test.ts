import { describe, expect, it } from "vitest";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { progress } from "../../../src/core/queue/progress.ts";
import type { TaskSnapshot } from "../../../src/core/queue/snapshot.ts";
import { failure, issueView, leaseView, now, plannedTask, pullView, runRecord, snapshotOf } from "./snapshots.ts";

const task = plannedTask("T1");
const issue = issueView(2);

function moves(at: Partial<TaskSnapshot>, policy = defaultPolicy): boolean {
  return progress(snapshotOf([{ task, issue, folded: false, ...at }]), policy, now)[0]?.moves === true;
}

describe("a task goes on by itself", () => {
  it("when it is ready, and when it is about to be tried again", () => {
    expect(moves({})).toBe(true);
    expect(moves({ lease: leaseView({ issue: 2, failures: [failure("agent-failed", now - 1)] }) })).toBe(true);
  });

  it("when its issue is about to be created", () => {
    expect(moves({ issue: undefined })).toBe(true);
  });

  it("when the forge or a check decides about its pull request", () => {
    const auto = { ...defaultPolicy, merge: "auto" as const, verify: ["npm test"] };
    const publication = runRecord();
    expect(moves({ pull: pullView(3), publication }, auto)).toBe(true);
    expect(moves({ pull: pullView(3, { checks: "pending" }), publication }, auto)).toBe(true);
    expect(moves({ pull: pullView(3, { checks: "failed" }), publication }, auto)).toBe(false);
  });
});

describe("a task goes on only when somebody helps", () => {
  it("when it waits for a person to merge it", () => {
    expect(moves({ pull: pullView(3), publication: runRecord() }, { ...defaultPolicy, merge: "manual" })).toBe(false);
  });

  it("when it has failed for good, is paused, done or dropped", () => {
    const failures = Array.from({ length: defaultPolicy.attempts }, (_, at) => failure("agent-failed", now - at - 1));
    expect(moves({ lease: leaseView({ issue: 2, failures }) })).toBe(false);
    expect(moves({ issue: issueView(2, { labels: ["coppice:paused"] }) })).toBe(false);
    expect(moves({ issue: issueView(2, { state: "closed", reason: "completed" }) })).toBe(false);
    expect(moves({ issue: issueView(2, { state: "closed", reason: "not_planned" }) })).toBe(false);
  });

  it("when it waits for issues of people, here or in another repository", () => {
    const blocked = { ...issue, openBlockers: [90], blockersElsewhere: ["octo/other#12"] };
    const [seen] = progress(snapshotOf([{ task, issue: blocked, folded: false }]), defaultPolicy, now);
    expect(seen).toMatchObject({ state: "queued", ready: false, line: "waits for #90, octo/other#12" });
    expect(seen?.moves).toBeUndefined();
  });

  it("when it waits for another task", () => {
    const second = { task: plannedTask("T2", ["T1"]), issue: issueView(3), folded: false };
    const both = progress(snapshotOf([{ task, issue, folded: false }, second]), defaultPolicy, now);
    expect(both.map((one) => one.moves)).toEqual([true, undefined]);
  });
});
