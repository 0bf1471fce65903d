import { setTimeout as sleep } from "node:timers/promises";
import type { Up } from "../../src/cli/up/start.ts";
import type { RouteCount } from "../../src/forge/index.ts";
import type { Person } from "./person.ts";
import { openPerson } from "./person.ts";
import { approvePlan, asked, atRest, difference, onItsOwn, saved } from "./play.ts";

/** What is asked while nothing happens: in a repository without plans, and in one whose plan waits. */
export interface Idleness {
  readonly repository: IdleCounts;
  readonly plan: IdleCounts;
}

/** Everything the app asks of the API and of git, its tokens included. */
export interface IdleCounts {
  /** From the last news on, while rests grow. */
  readonly slowing: IdleSpan;
  /** Afterwards, when they are as long as they get. */
  readonly steady: IdleSpan;
}

interface IdleSpan {
  readonly minutes: number;
  readonly routes: readonly RouteCount[];
  /** Of these, answered with 304. */
  readonly unchanged: number;
}

/** Rests are half a minute, two, and from then on five: two of five have begun by then. */
const slowingMinutes = 8;

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
  return { repository, plan };
}

async function watch(up: Up, minutes: number, signal: AbortSignal, person?: Person): Promise<IdleCounts> {
  const nobody = person ?? openPerson(up.ready, signal);
  await atRest(up, nobody, signal);
  const span = async (minutes: number): Promise<IdleSpan> => {
    const before = { routes: asked(up, nobody), unchanged: saved(up).unchanged };
    await sleep(minutes * 60_000, undefined, { signal });
    const routes = difference(asked(up, nobody), before.routes);
    return { minutes, routes, unchanged: saved(up).unchanged - before.unchanged };
  };
  return { slowing: await span(slowingMinutes), steady: await span(minutes) };
}
