import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inspectRepository } from "../../src/cli/up/preflight.ts";
import { startUp, type Up } from "../../src/cli/up/start.ts";
import type { Faultiness, RouteCount } from "../../src/forge/index.ts";
import { openPerson, type Person } from "./person.ts";
import { makeRepository } from "./repository.ts";
import { edgesOf, growPlan } from "./shape.ts";

/** What one plan cost, from its first command until nothing was asked any more. */
export interface Cost {
  readonly tasks: number;
  readonly edges: number;
  readonly seconds: number;
  /** By route, the person's own requests taken off; those of git among them. */
  readonly routes: readonly RouteCount[];
  /** Requests before the first command: what a start costs, once a process. */
  readonly start: number;
  /** Requests answered with 304, and reads that were never sent because the same was being asked. */
  readonly unchanged: number;
  readonly joined: number;
}

/** One task in one shell line: a file named after it. */
const agent = 'command:echo "$COPPICE_TASK_TITLE" > "$COPPICE_TASK_KEY.txt"';

/** Asked nothing for so long, the plan has come to rest; looked for so often at most. */
const quiet = { milliseconds: 2_500, looks: 12 };

/** Plays one plan from its first command to its end on an `up` of its own. */
export function playPlan(tasks: number, signal: AbortSignal): Promise<Cost> {
  return onItsOwn({ tasks, workers: 3 }, (up) => measure(up, tasks, signal));
}

/** Works with an `up` of its own, and cleans up after itself. Without workers plans are approved and nobody carries them out. */
export async function onItsOwn<Answer>(
  { tasks, workers, faults }: { readonly tasks: number; readonly workers: number; readonly faults?: Faultiness },
  work: (up: Up) => Promise<Answer>,
): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), "coppice-bench-"));
  let up: Up | undefined;
  try {
    const repository = await makeRepository(join(folder, "sample"), tasks);
    up = await startUp({
      repository: await inspectRepository(repository),
      dataFolder: join(folder, "data"),
      port: 0,
      workers,
      planner: "keywords",
      models: { model: "none" },
      agent,
      sandbox: "none",
      network: false,
      // Nobody here reports checks late: what GitHub is given a minute for is not waited for.
      limits: { merge: "auto", checksGraceSeconds: 0 },
      faults,
    });
    return await work(up);
  } catch (error) {
    const log = await readFile(join(folder, "data", "up.log"), "utf8").catch(() => "");
    throw new Error(`${String(error)}\n${log.split("\n").slice(-20).join("\n")}`, { cause: error });
  } finally {
    await up?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Plays one plan to its end, and counts. */
export async function measure(up: Up, tasks: number, signal: AbortSignal): Promise<Cost> {
  const person = openPerson(up.ready, signal);
  const issue = await person.openIssue("Measure what a plan costs");
  await atRest(up, person, signal);
  const before = asked(up, person);
  const savedBefore = saved(up);
  const started = performance.now();
  await approvePlan(person, issue, tasks);
  const plan = await person.readPlan(issue);
  await person.until("the plan is closed", async () => (await person.stateOf(issue)) === "closed");
  const seconds = (performance.now() - started) / 1_000;
  await atRest(up, person, signal);
  const open = await person.openTasks(issue);
  if (open > 0) throw new Error(`${open} of ${tasks} tasks are still open although the plan is closed`);
  const routes = difference(asked(up, person), before);
  const { unchanged, joined } = saved(up);
  return {
    ...{ tasks: plan.length, edges: edgesOf(plan), seconds, routes, start: sum(before) },
    ...{ unchanged: unchanged - savedBefore.unchanged, joined: joined - savedBefore.joined },
  };
}

/** What the app was spared since its start. */
export function saved({ app }: Up): Pick<Cost, "unchanged" | "joined"> {
  const total = { unchanged: 0, joined: 0 };
  for (const { unchanged = 0, joined = 0 } of app.usage()) {
    total.unchanged += unchanged;
    total.joined += joined;
  }
  return total;
}

/** A plan of so many tasks, approved. */
export async function approvePlan(person: Person, issue: number, tasks: number): Promise<void> {
  await growPlan(person, issue, tasks);
  await person.say(issue, `/approve r${await person.revision(issue)}`);
}

/** The forge's count without the person's own requests. */
export function asked(up: Up, person: Person): readonly RouteCount[] {
  return difference(up.forge.requests(), person.requests());
}

/** What was asked in between. */
export function difference(all: readonly RouteCount[], less: readonly RouteCount[]): readonly RouteCount[] {
  const taken = new Map(less.map((row) => [row.route, row]));
  return all
    .map(({ route, count, creations }) => ({
      route,
      count: count - (taken.get(route)?.count ?? 0),
      creations: creations - (taken.get(route)?.creations ?? 0),
    }))
    .filter(({ count }) => count !== 0);
}

/** Waits until nothing is asked any more. */
export async function atRest(up: Up, person: Person, signal: AbortSignal): Promise<void> {
  let last = -1;
  for (let look = 0; look < quiet.looks; look++) {
    const now = sum(asked(up, person));
    if (now === last) return;
    last = now;
    await sleep(quiet.milliseconds, undefined, { signal });
  }
}

export function sum(routes: readonly RouteCount[]): number {
  return routes.reduce((total, { count }) => total + count, 0);
}
