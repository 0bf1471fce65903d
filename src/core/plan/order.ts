import type { PlannedTask, TaskKey } from "../task/task.ts";

type Node = Pick<PlannedTask, "key" | "needs">;

/** Needs before what needs them; the plan's own order among equals. Tasks on or behind a cycle come last, in the plan's order. */
export function topologicalOrder<T extends Node>(tasks: readonly T[]): readonly T[] {
  const known = new Set(tasks.map((task) => task.key));
  const placed = new Set<TaskKey>();
  const ordered: T[] = [];
  let waiting = [...tasks];
  while (waiting.length > 0) {
    const ready = waiting.filter((task) => task.needs.every((need) => placed.has(need) || !known.has(need)));
    if (ready.length === 0) return [...ordered, ...waiting];
    for (const task of ready) placed.add(task.key);
    ordered.push(...ready);
    waiting = waiting.filter((task) => !placed.has(task.key));
  }
  return ordered;
}

/** One cycle as a path that ends where it began (`T2, T3, T2`); undefined when there is none. */
export function findCycle(tasks: readonly Node[]): readonly TaskKey[] | undefined {
  const sorted = topologicalOrder(tasks);
  const done = new Set<TaskKey>();
  for (const task of sorted) {
    if (task.needs.some((need) => !done.has(need) && sorted.some((other) => other.key === need))) {
      return walkToRepeat(
        task.key,
        new Map(sorted.filter(({ key }) => !done.has(key)).map((node) => [node.key, node])),
      );
    }
    done.add(task.key);
  }
  return undefined;
}

/** Drops every need that another need already implies, and repeats: the same waiting with the fewest edges. */
export function reduceNeeds<T extends Node>(tasks: readonly T[]): readonly T[] {
  const ancestors = new Map<TaskKey, ReadonlySet<TaskKey>>();
  for (const task of topologicalOrder(tasks)) {
    const above = new Set<TaskKey>(task.needs);
    for (const need of task.needs) for (const key of ancestors.get(need) ?? []) above.add(key);
    ancestors.set(task.key, above);
  }
  return tasks.map((task) => {
    const needs = [...new Set(task.needs)];
    const kept = needs.filter((need) => !needs.some((other) => other !== need && ancestors.get(other)?.has(need)));
    return kept.length === task.needs.length ? task : { ...task, needs: kept };
  });
}

/** Every node here needs another node here, so walking needs must come back to a node already seen. */
function walkToRepeat(start: TaskKey, nodes: ReadonlyMap<TaskKey, Node>): readonly TaskKey[] {
  const path: TaskKey[] = [];
  let at: TaskKey | undefined = start;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = nodes.get(at)?.needs.find((need) => nodes.has(need));
  }
  return at === undefined ? path : [...path.slice(path.indexOf(at)), at];
}
