import type { PlannedTask, TaskKey } from "../task/task.ts";
import { topologicalOrder } from "./order.ts";
import type { Plan } from "./plan.ts";

/** Two tasks, neither of which waits for the other, that touch the same paths. */
export interface Overlap {
  readonly one: TaskKey;
  readonly other: TaskKey;
  /** Without repeats; where one names a folder and the other a file in it, the file. */
  readonly paths: readonly string[];
}

/** Pairs that could run side by side and change the same files, in the plan's order. */
export function overlaps({ tasks }: Plan): readonly Overlap[] {
  const touching = byPath(tasks);
  const above = ancestors(tasks);
  const found = new Map<string, { one: number; other: number; paths: Set<string> }>();
  for (const [index, task] of tasks.entries()) {
    for (const path of paths(task)) {
      for (const place of [path, ...folders(path)]) {
        for (const met of touching.get(place) ?? []) {
          if (met === index) continue;
          const [one, other] = met < index ? [met, index] : [index, met];
          const id = `${one} ${other}`;
          const pair = found.get(id) ?? { one, other, paths: new Set() };
          found.set(id, { ...pair, paths: pair.paths.add(path) });
        }
      }
    }
  }
  return [...found.values()]
    .sort((a, b) => a.one - b.one || a.other - b.other)
    .flatMap((pair) => {
      const [one, other] = [tasks[pair.one]?.key, tasks[pair.other]?.key];
      if (one === undefined || other === undefined || above.get(one)?.has(other) || above.get(other)?.has(one))
        return [];
      return [{ one, other, paths: [...pair.paths].sort() }];
    });
}

function byPath(tasks: readonly PlannedTask[]): ReadonlyMap<string, readonly number[]> {
  const touching = new Map<string, number[]>();
  for (const [index, task] of tasks.entries()) {
    for (const path of paths(task)) touching.set(path, [...(touching.get(path) ?? []), index]);
  }
  return touching;
}

/** As they are compared: `./src/api/**` is the folder `src/api`. The whole repository is no path: it would meet everything. */
function paths(task: PlannedTask): readonly string[] {
  const plain = task.touches.map((path) =>
    path
      .trim()
      .replace(/^(?:\.?\/)+/, "")
      .replace(/[/*]+$/, ""),
  );
  return [...new Set(plain)].filter((path) => path !== "" && path !== ".");
}

/** The folders a path lies in, innermost first. */
function folders(path: string): readonly string[] {
  const found: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) found.push(path.slice(0, end));
  return found;
}

function ancestors(tasks: readonly PlannedTask[]): ReadonlyMap<TaskKey, ReadonlySet<TaskKey>> {
  const all = new Map<TaskKey, ReadonlySet<TaskKey>>();
  for (const { key, needs } of topologicalOrder(tasks)) {
    all.set(key, new Set(needs.flatMap((need) => [need, ...(all.get(need) ?? [])])));
  }
  return all;
}
