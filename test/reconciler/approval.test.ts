import { describe, expect, it } from "vitest";
import type { PlanState } from "../../src/core/plan/plan.ts";
import { defaultPolicy } from "../../src/core/queue/policy.ts";
import { Approvals } from "../../src/reconciler/approval.ts";
import { planPath } from "../../src/wire/ledger-paths.ts";
import { formatPlan } from "../../src/wire/plan-yaml.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

const auto = "merge: auto\nverify: npm test";
const tasks = [task("T1"), task("T2", ["T1"])];

function approvalOf({ record: { status } }: PlanState) {
  if (status.kind !== "approved") throw new Error(`the plan is ${status.kind}`);
  return status.approval;
}

/** What breaks an approval, and the line that says so. */
const troubles: readonly [string, string, (stage: Stage, plan: number) => Promise<void>][] = [
  [
    "whose approving comment was deleted",
    "the comment by which ada approved this plan is gone; /approve r1 to go on",
    async (stage, plan) => stage.people.deleteComment(approvalOf(await stage.state(plan)).comment),
  ],
  [
    "whose approving comment was edited",
    "the comment by which ada approved this plan was edited; /approve r1 to go on",
    async (stage, plan) => {
      await stage.pass(2_000);
      stage.people.editComment(approvalOf(await stage.state(plan)).comment, "/approve r1 please");
    },
  ],
  [
    "whose approving comment stands on another issue",
    "the comment by which ada approved this plan is gone; /approve r1 to go on",
    async (stage, plan) => {
      const { number } = stage.people.openIssue({ title: "Another" });
      const { id } = stage.people.comment("ada", number, "/approve r1");
      await stage.revise(plan, (state) => approvedBy(state, { comment: id }));
    },
  ],
  [
    "approved in somebody else's name",
    "the comment that approved this plan is by mallory and not by ada; /approve r1 to go on",
    async (stage, plan) => {
      const { id } = stage.people.comment("mallory", plan, "/approve r1");
      await stage.revise(plan, (state) => approvedBy(state, { comment: id }));
    },
  ],
  [
    "approved by somebody who may no longer write",
    "ada, who approved this plan, may no longer write here; somebody who may has to /approve r1",
    async (stage) => stage.people.permit("ada", "triage"),
  ],
  [
    "with another text than the approved one",
    "plan.yaml is not what ada approved; look at it, then /approve r1",
    async (stage, plan) => {
      const text = formatPlan({ goal: "Something else", tasks });
      stage.people.commitLedger(stage.forge.botLogin, [{ path: planPath(plan), text }]);
    },
  ],
  [
    "changed by a ledger commit that is not the app's",
    "by mallory changed this plan; look at it, then /approve r1 again",
    async (stage, plan) => {
      const text = formatPlan({ goal: "Something else", tasks });
      stage.people.commitLedger("mallory", [{ path: planPath(plan), text }]);
    },
  ],
];

function approvedBy(state: PlanState, change: { comment: number }) {
  const approval = { ...approvalOf(state), ...change };
  return { record: { ...state.record, status: { kind: "approved", approval } as const } };
}

describe("an approved plan", () => {
  it.each(troubles)("%s starts nothing and says what to do, until it is approved again", async (_, line, trouble) => {
    const stage = openStage({ config: auto });
    const plan = stage.approve(tasks);
    await trouble(stage, plan);
    const reconciler = stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes(line), 60_000);
    await stage.pass(60_000);
    expect(await stage.writesDuringLooks(reconciler, plan)).toEqual([]);
    expect(stage.dispatch.accepted).toEqual([]);
    expect([...stage.world.issues.values()].filter(({ parent }) => parent === plan)).toEqual([]);

    stage.people.permit("bob", "maintain");
    await stage.approveAgain(plan, "bob");
    await stage.untilDone(plan);
    await stage.stop();
    expect(stage.dispatch.accepted).toHaveLength(2);
  });

  it.each(troubles.slice(5))(
    "%s while it runs: what runs goes on, nothing starts, nothing is merged",
    async (...row) => {
      const [, line, trouble] = row;
      const stage = openStage({ config: auto, runMilliseconds: 90_000 });
      const plan = stage.approve([task("T1"), task("T2")]);
      stage.start();
      await stage.until(() => stage.dispatch.accepted.length === 2);
      await trouble(stage, plan);
      await stage.until(async () => (await stage.comment(plan)).includes(line), 60_000);
      await stage.until(() => stage.world.pulls.size === 2);
      await stage.pass(60_000);
      await stage.stop();
      expect(stage.dispatch.stopped).toEqual([]);
      expect(stage.dispatch.accepted).toHaveLength(2);
      expect([...stage.world.pulls.values()].map(({ state }) => state)).toEqual(["open", "open"]);
    },
  );

  it("is asked about once in five minutes while its approval holds", async () => {
    const stage = openStage({ config: auto, runMilliseconds: 60_000 });
    const plan = stage.approve(tasks);
    stage.start();
    await stage.untilDone(plan);
    await stage.stop();
    const asked = stage.journal.calls.filter(({ verb }) => verb === "permissions.of");
    expect(asked.map(({ argument }) => argument)).toEqual(["ada"]);
  });

  it("is asked about again after five minutes, so that a permission that was lost or a comment that went is noticed", async () => {
    for (const trouble of ["permission", "comment"] as const) {
      const stage = openStage({ config: auto });
      const state = await stage.state(stage.approve(tasks));
      let now = 0;
      const approvals = new Approvals({ monotonic: () => now });
      const problem = () => approvals.problem({ ports: { forge: stage.forge }, state, policy: defaultPolicy });
      expect(await problem()).toBeUndefined();
      if (trouble === "permission") stage.people.permit("ada", "read");
      else stage.people.deleteComment(approvalOf(state).comment);
      now = 299_000;
      expect(await problem()).toBeUndefined();
      now = 300_000;
      expect(await problem()).toContain(trouble === "permission" ? "may no longer write" : "is gone");
    }
  });

  it("is asked about by the clock while its approval does not hold, and goes on by itself when it does again", async () => {
    const stage = openStage({ config: auto });
    stage.people.permit("ada", "read");
    const plan = stage.approve(tasks);
    stage.people.permit("ada", "read");
    const reconciler = stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("may no longer write"));
    stage.journal.clear();
    for (let wake = 0; wake < 100; wake++) {
      reconciler.wake(plan);
      await stage.pass(1_000);
    }
    expect(stage.journal.calls.filter(({ verb }) => verb === "permissions.of").length).toBeLessThanOrEqual(4);
    stage.people.permit("ada", "write");
    await stage.untilDone(plan);
    await stage.stop();
  });

  it("may rest on a bot that the configuration names, and on no other", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve(tasks);
    await stage.approveAgain(plan, "planner[bot]");
    stage.start();
    await stage.until(async () => (await stage.comment(plan)).includes("planner[bot], who approved this plan"));
    stage.configure(`${auto}\nbots: ["planner[bot]"]`);
    await stage.untilDone(plan);
    await stage.stop();
  });

  it("is not begun while the forge does not say who may write", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve(tasks);
    stage.journal.fail({ verb: "permissions.of", times: 5 });
    stage.start();
    await stage.pass(3_000);
    expect(stage.dispatch.accepted).toEqual([]);
    expect(stage.world.issues.size).toBe(1);
    await stage.untilDone(plan);
    await stage.stop();
  });

  it("is not held back by an edit of the comment that was none", async () => {
    const stage = openStage({ config: auto });
    const plan = stage.approve(tasks);
    const comment = stage.world.comments.get(approvalOf(await stage.state(plan)).comment);
    if (comment !== undefined) comment.updatedAt = "2026-02-01T00:00:00Z";
    stage.start();
    await stage.untilDone(plan);
    await stage.stop();
  });
});
