import { describe, expect, test } from "vitest";
import { act } from "../../../src/core/plan/act.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { PlanStore } from "../../../src/planner/plan-store.ts";
import { openPlanStore } from "../../../src/planner/plan-store.ts";
import type { Planner } from "../../../src/planner/planner.ts";
import { formatPlan, planHash } from "../../../src/wire/plan-yaml.ts";
import { sampleTask } from "../../core/plan/sample-plan.ts";
import { modelPlanner, otherHub, quiet, setUp } from "./support.ts";

describe("two hubs on one ledger", () => {
  test("twenty commands interleaved lose no revision, and keep the order they were written in", async () => {
    const at = setUp();
    const hub = otherHub(at);
    await at.tell("/plan Build a REST API");
    const first = (await at.load())?.record.lastKey ?? 0;
    at.people.permit("grace", "write");
    const ids: number[] = [];
    const working: Promise<unknown>[] = [];
    for (let count = 1; count <= 20; count++) {
      ids.push(at.say(`/add Task number ${count}`, at.issue, count % 2 === 0 ? "ada" : "grace"));
      const inbox = count % 3 === 0 ? at.inbox : hub.inbox;
      working.push(inbox.handle(at.issue));
      if (count % 5 === 0) working.push(at.inbox.sweep(), hub.inbox.sweep());
    }
    await Promise.all(working);
    await Promise.all([at.inbox.handle(at.issue), hub.inbox.handle(at.issue)]);
    const state = await at.load();
    expect(state?.record.revision).toBe(21);
    expect(state?.record.revisions.slice(1).map(({ comment }) => comment)).toEqual(ids);
    expect(state?.plan.tasks.slice(-20).map(({ key, title }) => `${key} ${title}`)).toEqual(
      ids.map((_, index) => `T${first + index + 1} Task number ${index + 1}`),
    );
    for (const id of ids) expect(at.reactions(id)).toEqual(["+1"]);
    expect(at.answers()).toEqual([]);
  });

  test("answer what only asks once", async () => {
    const at = setUp();
    const hub = otherHub(at);
    await at.tell("/plan");
    const ids = ["/help", "/view", "/remove T99", "/approve r9", "/plans", "/discuss Why?", "@coppice and now?"].map(
      (words) => at.say(words),
    );
    await Promise.all([at.inbox.handle(at.issue), hub.inbox.handle(at.issue), at.inbox.sweep(), hub.inbox.sweep()]);
    for (const id of ids) expect(at.answersTo(id)).toHaveLength(1);
  });

  test("a plan that moves while a planner thinks is asked about again, a few times at most", async () => {
    for (const moves of [1, 5]) {
      const model = modelPlanner();
      let left = moves;
      const store = { current: setUp().options.store };
      const planner: Planner = {
        ...model.planner,
        modify: async (request, signal) => {
          if (left-- > 0) await addTask(store.current, request.issue.number);
          return model.planner.modify(request, signal);
        },
      };
      const at = setUp({ planner });
      store.current = openPlanStore(at.forge.ledger, quiet);
      await at.tell("/plan");
      const id = await at.tell("/modify T1 make it shorter");
      const state = await at.load();
      expect(state?.plan.tasks.filter(({ title }) => title === "Task T9")).toHaveLength(Math.min(moves, 3));
      if (moves === 1) expect(state?.plan.tasks[0]?.description).toBe("make it shorter");
      else expect(at.answersTo(id)).toEqual([expect.stringContaining("the plan changed again and again meanwhile")]);
      expect(state?.record.usage.inputTokens).toBe(100 + 100 * Math.min(moves + 1, 3));
      expect((await at.options.store.marks())?.intents).toBeUndefined();
    }
  });
});

/** Somebody's revision that no comment of this thread explains. */
function addTask(store: PlanStore, issue: number): Promise<void> {
  store.doubt();
  return store.edit(issue, (state) => {
    const { key: _, ...task } = sampleTask("T9");
    const context = {
      ...{ issue, by: "grace", at: "2026-01-01T00:00:00Z", comment: 1, maxTasks: 50, twoPersons: false },
      hashOf: (plan: Plan) => planHash(formatPlan(plan)),
    };
    const acted = act(state, { kind: "change", commands: [{ kind: "add", task }] }, context);
    if (acted.kind !== "changed") throw new Error("not added");
    return { answer: undefined, change: { ...acted.next, message: "elsewhere" } };
  });
}
