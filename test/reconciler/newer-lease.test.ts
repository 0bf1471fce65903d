import { afterEach, expect, it } from "vitest";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.stop());

it("A task whose lease is of a newer version is offered to nobody, the plan comment says why, and the others go on", async () => {
  stage = openStage({ config: "merge: auto\nverify: npm test\n" });
  const plan = stage.approve([task("T1"), task("T2")]);
  // Issues are numbered as they are made: the plan's, then those of its tasks in their order.
  stage.leases.newer.add(plan + 1);
  const reconciler = stage.start();
  await stage.until(async () => stage.world.issues.get(plan + 2)?.state === "closed");
  await stage.pass(10 * 60_000);
  expect(stage.dispatch.accepted.map(({ offer }) => offer.task.key)).toEqual(["T2"]);
  const { comment } = (await stage.state(plan)).record;
  expect(stage.world.comments.get(comment ?? 0)?.body).toContain(
    `its lease at refs/coppice/leases/${plan + 1} cannot be read: `,
  );
  stage.leases.newer.clear();
  reconciler.heard({ kind: "ledger" });
  await stage.until(async () => (await stage.state(plan)).record.status.kind === "done");
});
