import { describe, expect, it } from "vitest";
import { defaultPolicy } from "../../src/core/queue/policy.ts";
import { offerableAtLook, offerableOf } from "../../src/reconciler/offerable.ts";
import { openStage, task } from "./stage.ts";

async function seen() {
  const stage = openStage({ config: "merge: auto\nverify: npm test", workers: {} });
  const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
  const reconciler = stage.start();
  await stage.until(() => reconciler.answers.snapshot(plan)?.tasks[0]?.issue !== undefined);
  await stage.pass(60_000);
  await stage.stop();
  const snapshot = reconciler.answers.snapshot(plan);
  if (snapshot === undefined) throw new Error("the plan was never looked at");
  return { snapshot, now: stage.clock.now() };
}

describe("what the choice of tasks needs of a plan", () => {
  it("is found out once a look: waves that look at other plans cost nothing for this one", async () => {
    const { snapshot, now } = await seen();
    const first = offerableAtLook(snapshot, defaultPolicy, now);
    expect(first.ready.map(({ task: { key } }) => key)).toEqual(["T1"]);
    expect(first).toEqual(offerableOf(snapshot, defaultPolicy, now));
    expect(offerableAtLook(snapshot, defaultPolicy, now + 60_000)).toBe(first);
  });

  it("is found out anew by another look, and under another policy", async () => {
    const { snapshot, now } = await seen();
    const first = offerableAtLook(snapshot, defaultPolicy, now);
    expect(offerableAtLook({ ...snapshot }, defaultPolicy, now)).not.toBe(first);
    expect(offerableAtLook(snapshot, { ...defaultPolicy, attempts: 1 }, now)).not.toBe(first);
    expect(offerableAtLook({ ...snapshot, hold: "no commit yet" }, defaultPolicy, now).ready).toEqual([]);
  });
});
