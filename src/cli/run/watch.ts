import { setTimeout as sleep } from "node:timers/promises";
import { CoppiceError } from "../../core/errors.ts";
import type { HubClient, ListedPlan } from "../client/hub.ts";
import { startLiveView } from "../screen/live-view.ts";
import { line } from "../screen/plan-screen.ts";
import { type Idleness, idleness } from "./idle.ts";

/** How the hub is watched; tests have less patience. */
export interface Watching {
  /** Between two looks, milliseconds. */
  readonly pause: number;
  /** The same where the last look has found nothing going on, and that is waited for. */
  readonly idlePause: number;
  /** How long the hub may not answer before the watch ends, milliseconds. */
  readonly away: number;
}

export interface WatchOptions {
  readonly untilIdle: boolean;
  /** Ends the watch. */
  readonly ending: AbortSignal;
  /** Where what goes on is shown; absent: nowhere. */
  readonly out?: NodeJS.WriteStream;
  readonly watching?: Watching;
}

export type Idle = Extract<Idleness, { kind: "idle" }>;

/** A hub that is updated or moved is back within minutes. */
const patient: Watching = { pause: 500, idlePause: 150, away: 300_000 };

/** So many looks in a row must find it idle: what was just merged may make something ready. */
const idleLooks = 4;

/**
 * Shows what goes on until it is told to end, or (`untilIdle`) until nothing goes on; undefined when it was told. A hub
 * that does not answer is waited for. Throws CoppiceError forge-unavailable when it has been away for too long.
 */
export async function watch(hub: Pick<HubClient, "plans">, options: WatchOptions): Promise<Idle | undefined> {
  const { untilIdle, ending, out, watching = patient } = options;
  let plans: readonly ListedPlan[] = [];
  const view = out && startLiveView({ heading: "Work", look: () => tasksOf(plans), out, subscribe: () => () => {} });
  const say = (text: string) => (view === undefined ? process.stderr.write(`coppice: ${text}\n`) : view.say(text));
  const look = patientLook(hub, watching.away, say);
  try {
    for (let idle = 0; !ending.aborted; ) {
      const seen = await look();
      plans = seen ?? plans;
      const now: Idleness = seen === undefined ? { kind: "busy" } : idleness(seen);
      idle = now.kind === "idle" ? idle + 1 : 0;
      if (untilIdle && now.kind === "idle" && idle >= idleLooks) return now;
      const pause = untilIdle && idle > 0 ? watching.idlePause : watching.pause;
      await sleep(pause, undefined, { signal: ending }).catch(() => undefined);
    }
    return undefined;
  } finally {
    view?.stop();
  }
}

/** Looks that say once that the hub is away, and give undefined until it has been for longer than `most` milliseconds. */
function patientLook(hub: Pick<HubClient, "plans">, most: number, say: (text: string) => void) {
  let since: number | undefined;
  return async (): Promise<readonly ListedPlan[] | undefined> => {
    try {
      const plans = await hub.plans();
      since = undefined;
      return plans;
    } catch (error) {
      if (!(error instanceof CoppiceError) || error.code !== "forge-unavailable") throw error;
      if (since === undefined) say(`${error.message}; waiting for it`);
      since ??= performance.now();
      if (performance.now() - since >= most) throw error;
      return undefined;
    }
  };
}

/** Several plans: each task is named with its plan. */
function tasksOf(plans: readonly ListedPlan[]) {
  return plans
    .filter(({ status }) => status.kind === "approved")
    .flatMap(({ repository, issue, progress }) =>
      progress.map((task) => ({
        ...task,
        plan: `${repository}#${issue}`,
        title: line(`#${issue} ${task.title}`, 120),
      })),
    );
}
