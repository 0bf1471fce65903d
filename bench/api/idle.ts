import { setTimeout as sleep } from "node:timers/promises";
import type { Up } from "../../src/cli/up/start.ts";
import type { RouteCount } from "../../src/forge/index.ts";
import type { Person } from "./person.ts";
import { openPerson } from "./person.ts";
import { approvePlan, asked, atRest, difference, onItsOwn } from "./play.ts";

/** What is asked while nothing happens: in a repository without plans, and in one whose plan waits. */
export interface Idleness {
  readonly minutes: number;
  readonly repository: readonly RouteCount[];
  readonly plan: readonly RouteCount[];
}

/** Two `up`s side by side, without workers: one repository without a plan, one with an approved plan nobody works on. */
export async function watchIdle(minutes: number, signal: AbortSignal): Promise<Idleness> {
  const [repository, plan] = await Promise.all([
    onItsOwn({ tasks: 5, workers: 0 }, (up) => watch(up, minutes, signal)),
    onItsOwn({ tasks: 5, workers: 0 }, async (up) => {
      const person = openPerson(up.ready, signal);
      const issue = await person.openIssue("Measure what waiting costs");
      await approvePlan(person, issue, 5);
      await person.until("there are tasks", async () => (await person.openTasks(issue)) === 5);
      return watch(up, minutes, signal, person);
    }),
  ]);
  return { minutes, repository, plan };
}

async function watch(up: Up, minutes: number, signal: AbortSignal, person?: Person): Promise<readonly RouteCount[]> {
  const nobody = person ?? openPerson(up.ready, signal);
  await atRest(up, nobody, signal);
  const before = asked(up, nobody);
  await sleep(minutes * 60_000, undefined, { signal });
  return difference(asked(up, nobody), before);
}
