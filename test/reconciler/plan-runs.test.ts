import { describe, expect, it } from "vitest";
import { diamond, openStage } from "./stage.ts";

describe("an approved plan", () => {
  it("runs to the end: every task merged in order, the issue closed with a summary, nothing left over", async () => {
    const stage = openStage({ config: "merge: auto\nverify: npm test" });
    const plan = stage.approve(diamond);
    stage.start();
    await stage.untilDone(plan);
    await stage.pass(5_000);
    await stage.stop();

    const order = stage.dispatch.accepted.map(({ offer }) => offer.task.key);
    expect(order.toSorted()).toEqual(["T1", "T2", "T3", "T4", "T5", "T6"]);
    for (const { key, needs } of diamond) {
      for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(key));
    }
    expect(stage.world.issues.get(plan)).toMatchObject({ state: "closed", reason: "completed" });
    expect([...stage.world.issues.values()].map(({ state }) => state)).toEqual(Array(7).fill("closed"));
    expect([...stage.world.pulls.values()].map(({ state }) => state)).toEqual(Array(6).fill("merged"));
    expect(stage.leases.current.size).toBe(0);
    expect([...stage.world.branches.keys()]).toEqual(["main"]);
    const own = stage.ownComments();
    expect(own).toHaveLength(2);
    expect(own[0]).toContain("Plan r1: done");
    expect(own[1]).toContain("6 of 6 tasks are done");
  });
});
