import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../src/app/system-clock.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { PlannedTask } from "../../src/core/task/task.ts";
import { openPlanStore } from "../../src/planner/plan-store.ts";
import type { Log } from "../../src/ports/log.ts";
import { Reconciler } from "../../src/reconciler/loop.ts";
import { formatPlan, planHash } from "../../src/wire/plan-yaml.ts";
import { embeddedHost } from "../contract/embedded-host.ts";
import type { Host, HostedRepository } from "../contract/host.ts";
import { memoryDispatch } from "../support/memory-dispatch.ts";
import { memoryForge } from "../support/memory-forge/memory-forge.ts";
import { memoryLeases } from "../support/memory-leases.ts";
import { task } from "./stage.ts";

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** 4 of design, 96 of implementation, 20 of testing; each of the last waits for one of the implementation. */
const tasks: readonly PlannedTask[] = Array.from({ length: 120 }, (_, n) => {
  const phase = n < 4 ? "design" : n < 100 ? "implementation" : "testing";
  return task(`T${n + 1}`, n < 100 ? [] : [`T${n - 40}`], { phase });
});

let host: Host;
beforeAll(async () => {
  host = await embeddedHost();
});
afterAll(() => host.close());

/** An approved plan in the forge's own ledger, and a reconciler over it without any worker. */
async function openPlan(hosted: HostedRepository) {
  const { forge } = hosted;
  const { number: plan } = await hosted.openIssue({ title: "Build it", body: "", author: "ada" });
  const { id: comment, createdAt: at } = await hosted.comment("ada", plan, "/approve r1");
  const plans = openPlanStore(forge.ledger, quiet);
  const value = { goal: "Build it", tasks };
  const hash = planHash(formatPlan(value));
  await plans.edit(plan, () => ({
    answer: undefined,
    change: {
      plan: value,
      message: "planned",
      record: {
        ...{ version: 1, issue: plan, revision: 1, planner: "keywords", tasks: {}, usage: noUsage },
        revisions: [{ revision: 1, hash, by: "ada", at, summary: "planned" }],
        status: { kind: "approved", approval: { revision: 1, hash, by: "ada", comment, at } },
      },
    },
  }));
  const { world, people } = memoryForge();
  const leases = memoryLeases(world);
  const nobody = { clock: systemClock, leases, people, workers: {}, runMilliseconds: 1 };
  const reconciler = new Reconciler({
    ...{ forge, plans, leases, clock: systemClock, log: quiet, limits: {}, newId: () => "id" },
    dispatch: memoryDispatch({ ...nobody, fateOf: () => ({ kind: "publish" }) }),
    code: { refresh: async () => "1".repeat(40), read: async () => "create-ahead: 100" },
    author: { name: "coppice[bot]", email: "coppice@example.test" },
  });
  const state = async () => {
    const found = await plans.load(plan);
    if (found === undefined) throw new Error("the plan is gone");
    return found.record;
  };
  return { plan, reconciler, state };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    if (await holds()) return;
    await setTimeout(100);
  }
  throw new Error("it did not come to pass");
}

it("people close the 120 tasks of a large plan, and it ends with its phase parents closed", async () => {
  const hosted = await host.repository();
  const { plan, reconciler, state } = await openPlan(hosted);
  const stopping = new AbortController();
  const ended = reconciler.run(stopping.signal);
  const look = async () => {
    const { tasks: made, phases = {} } = await state();
    const parents = Object.values(phases).flatMap((phase) => phase?.number ?? []);
    const view = await hosted.forge.plans.observe({ issue: plan, parents, branches: [] });
    return { made: Object.values(made).flatMap((issue) => issue?.number ?? []), view };
  };
  let closed = new Set<number>();
  for (const count of [100, 120]) {
    await until(async () => Object.keys((await state()).tasks).length === count);
    const { made } = await look();
    for (const number of made.filter((one) => !closed.has(one))) await hosted.close(number, "completed");
    closed = new Set(made);
    reconciler.heard({ kind: "forge" });
  }
  await until(async () => (await state()).status.kind === "done");
  stopping.abort();
  await ended;
  const { view } = await look();
  const parents = view.issues.filter(({ parent }) => parent === undefined);
  expect(parents.map(({ title, phase }) => ({ title, phase }))).toEqual([
    { title: "Design: Build it", phase: "design" },
    { title: "Implementation: Build it", phase: "implementation" },
    { title: "Implementation (2): Build it", phase: "implementation-2" },
    { title: "Testing: Build it", phase: "testing" },
  ]);
  const under = (number: number) => view.issues.filter(({ parent }) => parent === number).length;
  expect(parents.map(({ number }) => under(number))).toEqual([4, 90, 6, 20]);
  expect(view.parent.state).toBe("closed");
  expect([...new Set(view.issues.map(({ state: is, reason }) => `${is} ${reason}`))]).toEqual(["closed completed"]);
  expect(view.issues).toHaveLength(124);
}, 180_000);
