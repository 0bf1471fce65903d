import fc from "fast-check";
import { expect, test } from "vitest";
import { findCycle, reduceNeeds, topologicalOrder } from "../../../src/core/plan/order.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";

interface Node {
  readonly key: TaskKey;
  readonly needs: readonly TaskKey[];
}

const acyclic: fc.Arbitrary<readonly Node[]> = fc
  .array(fc.array(fc.nat({ max: 30 }), { maxLength: 6 }), { minLength: 1, maxLength: 25 })
  .map((lists) =>
    lists.map((list, index) => ({
      key: `T${index + 1}` as const,
      needs: list.filter((need) => need < index).map((need): TaskKey => `T${need + 1}`),
    })),
  );

function ancestors(tasks: readonly Node[], key: TaskKey): ReadonlySet<TaskKey> {
  const found = new Set<TaskKey>();
  const walk = (at: TaskKey): void => {
    for (const need of tasks.find((task) => task.key === at)?.needs ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      walk(need);
    }
  };
  walk(key);
  return found;
}

test("the order has every task once, needs first", () => {
  fc.assert(
    fc.property(acyclic, (tasks) => {
      const shuffled = [...tasks].reverse();
      const order = topologicalOrder(shuffled).map((task) => task.key);
      expect([...order].sort()).toEqual(tasks.map((task) => task.key).sort());
      for (const task of tasks) {
        for (const need of task.needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(task.key));
      }
      expect(findCycle(shuffled)).toBeUndefined();
    }),
  );
});

test("reduction keeps who waits for whom, with no edge that another implies", () => {
  fc.assert(
    fc.property(acyclic, (tasks) => {
      const reduced = reduceNeeds(tasks);
      for (const task of reduced) {
        expect(ancestors(reduced, task.key)).toEqual(ancestors(tasks, task.key));
        for (const need of task.needs) {
          const others = task.needs.filter((other) => other !== need);
          expect(others.some((other) => ancestors(reduced, other).has(need))).toBe(false);
        }
      }
    }),
  );
});

test("a cycle is found wherever it hides and given as a closed path", () => {
  fc.assert(
    fc.property(acyclic, fc.nat(), fc.nat(), (tasks, a, b) => {
      const from = tasks[a % tasks.length];
      const to = tasks[b % tasks.length];
      if (from === undefined || to === undefined) return;
      const closed = tasks.map((task) => (task === from ? { ...task, needs: [...task.needs, to.key] } : task));
      const cycle = findCycle(closed);
      const expected = to === from || ancestors(tasks, to.key).has(from.key);
      expect(cycle !== undefined).toBe(expected);
      if (cycle === undefined) return;
      expect(cycle[0]).toBe(cycle.at(-1));
      cycle.slice(0, -1).forEach((key, index) => {
        expect(closed.find((task) => task.key === key)?.needs).toContain(cycle[index + 1]);
      });
    }),
  );
});
