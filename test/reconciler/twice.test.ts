import { expect, it } from "vitest";
import type { EffectKind } from "../../src/core/queue/effects.ts";
import { reconcile } from "../../src/core/queue/reconcile.ts";
import { showPlan } from "../../src/core/queue/rules/comment.ts";
import { observe } from "../../src/reconciler/observe.ts";
import { performAll } from "../../src/reconciler/perform/perform.ts";
import { planText } from "../../src/reconciler/plan-text.ts";
import { Sightings } from "../../src/reconciler/sightings.ts";
import { parseConfig } from "../../src/wire/config.ts";
import { openStage, task } from "./stage.ts";

it("every effect can be performed twice: from approval to the end nothing is there twice", async () => {
  const stage = openStage();
  const answer = parseConfig("merge: auto\nverify: npm test");
  if (answer.kind === "invalid") throw new Error(answer.line);
  const { policy } = answer;
  const { options, clock, leases, dispatch, forge } = stage;
  const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
  const sightings = new Sightings(clock);
  const kinds = new Set<EffectKind>();
  for (let round = 0; round < 40; round++) {
    const state = await stage.state(plan);
    const runs = dispatch.runs(forge.repository);
    const snapshot = await observe({
      ...{ ports: options, sightings, state, runs, policy },
      leases: new Map(leases.current),
    });
    const text = planText({ snapshot, policy, now: clock.now(), gitUrl: forge.gitUrl });
    const effects = [...reconcile(snapshot, policy, clock.now()), ...showPlan(snapshot, text)];
    for (const { kind } of effects) kinds.add(kind);
    const performance = { scene: { ports: options, sightings, snapshot, policy }, showAll: true };
    for (const effect of effects) {
      await performAll([effect], performance);
      await performAll([effect], performance);
    }
    await work(stage, plan);
  }
  expect([...kinds].toSorted()).toEqual([
    "add-blockers",
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
  expect(leases.current.size).toBe(0);
});

/** A worker takes the first open task that waits for nothing and publishes it. */
async function work(stage: ReturnType<typeof openStage>, plan: number): Promise<void> {
  const { record, plan: planned } = await stage.state(plan);
  for (const { key, needs } of planned.tasks) {
    const issue = stage.world.issues.get(record.tasks[key]?.number ?? 0);
    const isDone = needs.every((need) => stage.world.issues.get(record.tasks[need]?.number ?? 0)?.state === "closed");
    if (issue?.state !== "open" || !isDone || stage.leases.current.has(issue.number)) continue;
    stage.take(plan, key, issue.number);
    await stage.pass(3_000);
  }
}
