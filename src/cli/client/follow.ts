import { CoppiceError } from "../../core/errors.ts";
import type { PlanState } from "../../core/plan/plan.ts";
import { exitCodes } from "../failure.ts";
import { startLiveView } from "../screen/live-view.ts";
import { count } from "../screen/plan-screen.ts";
import type { ReportedTask } from "./hub.ts";
import type { Place } from "./open-place.ts";
import { issueUrl, needPlan, planJson } from "./plan.ts";
import { isStuck, progressOf } from "./progress.ts";
import { until } from "./until.ts";
import { printJson } from "./with-place.ts";

export interface FollowOptions {
  /** Longest wait, seconds. */
  readonly timeout?: number;
  /** Print the end as JSON and nothing else. */
  readonly json: boolean;
}

/** A plan may take long: a day, seconds. */
const defaultPatience = 86_400;

/** Looks in a row at which nothing goes on before that is believed. */
const stuckLooks = 3;

interface Ended {
  readonly state: PlanState;
  readonly tasks: readonly ReportedTask[];
  readonly how: "done" | "cancelled" | "failed";
}

/** Shows a plan's tasks until the plan ends, or until nothing of it goes on by itself and something has failed; answers the exit code. */
export async function follow(place: Place, issue: number, options: FollowOptions): Promise<number> {
  const { timeout = defaultPatience, json } = options;
  let tasks: readonly ReportedTask[] = [];
  const view = json ? undefined : openView(place, issue, () => tasks);
  try {
    const look = lookForEnd(place, issue, (seen) => {
      tasks = seen;
      return view;
    });
    const ended = await until(place, timeout, look);
    if (ended === undefined) {
      const line = `plan #${issue} still goes on after ${timeout} s; coppice execute-plan ${issue} follows it again`;
      throw new CoppiceError("timed-out", line);
    }
    view?.stop();
    if (json) printJson({ ...planJson(place, ended.state, ended.tasks), ended: ended.how });
    else process.stdout.write(`${sayEnd(place, ended)}\n`);
    return ended.how === "done" ? exitCodes.done : exitCodes.failed;
  } finally {
    view?.stop();
  }
}

type View = ReturnType<typeof startLiveView>;

function openView(place: Place, issue: number, look: () => readonly ReportedTask[]): View {
  let stopped = false;
  const view = startLiveView({
    heading: `Plan #${issue}`,
    look,
    out: process.stdout,
    subscribe: () => () => {},
  });
  view.say(`Following ${issueUrl(place, issue)}`);
  view.say("Ctrl-C leaves; the work goes on.");
  return {
    ...view,
    stop() {
      if (!stopped) view.stop();
      stopped = true;
    },
  };
}

/** One look: shows the tasks, and tells how it ended when it has. */
function lookForEnd(place: Place, issue: number, show: (tasks: readonly ReportedTask[]) => View | undefined) {
  let stuck = 0;
  let told = false;
  return async (): Promise<Ended | undefined> => {
    const state = await needPlan(place, issue);
    const tasks = await progressOf(place, state);
    const view = show(tasks);
    const { kind } = state.record.status;
    if (kind === "done" || kind === "cancelled") return { state, tasks, how: kind };
    stuck = isStuck(tasks) ? stuck + 1 : 0;
    if (stuck >= stuckLooks) return { state, tasks, how: "failed" };
    if (!told && tasks.some(({ ready }) => ready) && (await nobodyWorks(place))) {
      told = true;
      view?.say("No worker is connected; start one in another terminal: coppice run --agent …");
    }
    return undefined;
  };
}

async function nobodyWorks({ hub }: Place): Promise<boolean> {
  return hub !== undefined && (await hub.workers()).every(({ connected }) => !connected);
}

function sayEnd(place: Place, { how, state, tasks }: Ended): string {
  const { issue } = state.record;
  const done = tasks.filter((task) => task.state === "done").length;
  const counted = `${done} of ${count(tasks.length, "task")} done`;
  switch (how) {
    case "done":
      return `Plan #${issue} is done: ${counted}.`;
    case "cancelled":
      return `Plan #${issue} was cancelled: ${counted}.`;
    case "failed": {
      const failed = tasks.filter((task) => task.state === "failed").map(({ key }) => key);
      const what = `what is left has failed or waits for what has${failed.length === 0 ? "" : `: ${failed.join(", ")}`}`;
      return `Plan #${issue} does not go on: ${counted}, ${what}. coppice explain ${issue} says what helps; see ${issueUrl(place, issue)}`;
    }
  }
}
