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
  const shared = sharedPaths(tasks);
  const above = ancestors(tasks);
  return tasks.flatMap(({ key: one }, first) =>
    tasks.slice(first + 1).flatMap(({ key: other }, distance): readonly Overlap[] => {
      const paths = shared.get(pairOf(first, first + 1 + distance));
      if (paths === undefined || above.get(one)?.has(other) || above.get(other)?.has(one)) return [];
      return [{ one, other, paths: [...paths].sort() }];
    }),
  );
}

/** What two tasks, by their places in the plan, both touch. */
function sharedPaths(tasks: readonly PlannedTask[]): ReadonlyMap<number, ReadonlySet<string>> {
  const touching = byPath(tasks);
  const shared = new Map<number, Set<string>>();
  for (const [index, task] of tasks.entries()) {
    for (const path of paths(task)) {
      const met = [path, ...folders(path)].flatMap((place) => touching.get(place) ?? []);
      for (const other of met.filter((one) => one !== index)) {
        const pair = pairOf(index, other);
        const known = shared.get(pair);
        if (known === undefined) shared.set(pair, new Set([path]));
        else known.add(path);
      }
    }
  }
  return shared;
}

/** One number for two places, whichever comes first; plans have fewer than a thousand tasks. */
function pairOf(one: number, other: number): number {
  return Math.min(one, other) * 1_000 + Math.max(one, other);
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
