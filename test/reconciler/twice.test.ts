import { expect, it } from "vitest";
import type { EffectKind } from "../../src/core/queue/effects.ts";
import { reconcile } from "../../src/core/queue/reconcile.ts";
import { showPlan } from "../../src/core/queue/rules/comment.ts";
import { observe } from "../../src/reconciler/observe.ts";
import { performAll } from "../../src/reconciler/perform/perform.ts";
import { planText } from "../../src/reconciler/plan-text.ts";
import { Sightings } from "../../src/reconciler/sightings.ts";
import { parseConfig } from "../../src/wire/config.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";
import { takeFirst } from "./take-first.ts";

const { policy } = validPolicy("merge: auto\nverify: npm test");

it("every effect can be performed twice: from approval to the end nothing is there twice", async () => {
  const stage = openStage();
  const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
  const look = looker(stage, plan);
  for (let round = 0; round < 40; round++) {
    await look();
    await takeFirst(stage, plan);
  }
  expect([...look.kinds].toSorted()).toEqual([
    "change-labels",
    "create-task-issues",
    "ensure-labels",
    "finish-plan",
    "fold-results",
    "merge-pull",
    "open-pull",
    "release-lease",
    "remove-leases",
    "render-plan",
  ]);
  expect((await stage.state(plan)).record.status.kind).toBe("done");
  expect(stage.world.issues.size).toBe(3);
  expect(stage.world.pulls.size).toBe(2);
  expect(stage.ownComments()).toHaveLength(2);
  expect(stage.leases.current.size).toBe(0);
});

it("the same where a plan is amended, seen by two hubs, and given up", async () => {
  const stage = openStage();
  const plan = stage.approve([task("T1"), task("T2", ["T1"]), task("T3", ["T2"])]);
  const look = looker(stage, plan);
  await look();
  look.sightings.noteCommentMade(plan);
  const twin = stage.people.comment(stage.forge.botLogin, plan, await stage.comment(plan));
  const body = (await stage.issueOf(plan, "T1")).body;
  stage.people.openIssue({ title: "T1", body, author: stage.forge.botLogin, parent: plan });
  await stage.pass(5_000);
  await look();
  await stage.revise(plan, ({ record }) => ({
    plan: { goal: "Build it", tasks: [task("T1"), task("T3", ["T1"], { title: "Otherwise" })] },
    record: { ...record, lastKey: 3, catchUp: { rewrite: ["T3"], unlink: [{ blocked: "T3", blocking: "T2" }] } },
  }));
  await stage.approveAgain(plan);
  await look();
  await look();
  await stage.cancel(plan);
  stage.take(plan, "T1", (await stage.issueOf(plan, "T1")).number);
  for (let round = 0; round < 4; round++) {
    await look();
    await stage.pass(1_000);
  }
  expect([...look.kinds]).toEqual(
    expect.arrayContaining(["catch-up", "close-given-up", "close-strays", "remove-twins", "stop-run"]),
  );
  expect(stage.world.comments.has(twin.id)).toBe(false);
  expect(stage.ownComments()).toHaveLength(1);
  const issues = [...stage.world.issues.values()].filter(({ parent }) => parent === plan);
  expect(issues.map(({ title, state, reason }) => `${title}: ${state} ${reason}`)).toEqual([
    "Task T1: closed not_planned",
    "Task T2: closed not_planned",
    "Otherwise: closed not_planned",
    "T1: closed not_planned",
  ]);
  expect(stage.leases.current.size).toBe(0);
  look.kinds.clear();
  await look();
  expect([...look.kinds]).toEqual([]);
});

it("what another amendment changed meanwhile is not forgotten", async () => {
  const stage = openStage();
  const plan = stage.approve([task("T1")]);
  const catchUp = { rewrite: ["T1" as const], unlink: [] };
  await stage.revise(plan, ({ record }) => ({ record: { ...record, catchUp } }));
  const { options, clock, leases } = stage;
  const sightings = new Sightings(clock, { id: "hub", nonce: "life" });
  const state = await stage.state(plan);
  const snapshot = await observe({ ports: options, sightings, state, policy, runs: [], leases: leases.current });
  const scene = { ports: options, sightings, snapshot, policy };
  await stage.approveAgain(plan);
  await performAll([{ kind: "catch-up", catchUp }], { scene, showAll: true });
  expect((await stage.state(plan)).record.catchUp).toEqual(catchUp);
});

function validPolicy(text: string) {
  const answer = parseConfig(text, { checksGraceSeconds: 0 });
  if (answer.kind === "invalid") throw new Error(answer.line);
  return answer;
}

/** Looks at a plan and performs each effect twice; `kinds` is what there was to do. */
function looker(stage: Stage, plan: number) {
  const { options, clock, leases, dispatch, forge } = stage;
  const sightings = new Sightings(clock, { id: "hub", nonce: "life" });
  const kinds = new Set<EffectKind>();
  const look = async () => {
    const state = await stage.state(plan);
    const runs = dispatch.runs(forge.repository);
    const held = new Map(leases.current);
    sightings.readings.doubtPlan(plan);
    const snapshot = await observe({ ports: options, sightings, state, runs, policy, leases: held });
    const text = planText({ snapshot, policy, now: clock.now(), gitUrl: forge.gitUrl });
    const effects = [...reconcile(snapshot, policy, clock.now()), ...showPlan(snapshot, text)];
    for (const { kind } of effects) kinds.add(kind);
    const performance = { scene: { ports: options, sightings, snapshot, policy }, showAll: true };
    for (const effect of effects) {
      await performAll([effect], performance);
      await performAll([effect], performance);
    }
  };
  return Object.assign(look, { kinds, sightings });
}
