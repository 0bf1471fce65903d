import { CoppiceError } from "../../core/errors.ts";
import type { TaskKey } from "../../core/task/task.ts";
import { ask, defaultPatience } from "../client/ask.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { issueUrl, loadPlan, needPlan, planAfter } from "../client/plan.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { writeCommand } from "../plans/write-command.ts";
import { screenOf } from "../screen/screen.ts";
import type { TaskName } from "./command.ts";
import { findTask } from "./task.ts";

export interface Steer {
  readonly verb: "pause" | "resume" | "stop" | "retry" | "priority" | "assign";
  /** A plan by its issue, where the verb may mean one; else a task. */
  readonly name: TaskName;
  /** What stands behind the task. */
  readonly words?: string;
}

/** Writes the command into the plan's thread, as anybody may, and says what came of it. */
export function steer(wanted: Steer, flags: PlaceFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    const { plan, key } = await meant(place, wanted);
    const written = writeCommand(wanted.verb, [key, wanted.words].filter(Boolean).join(" "));
    if (written.kind === "refused") throw new CoppiceError("bad-input", written.reason);
    const reply = await ask(place, plan, written.text, { timeout: flags.timeout ?? defaultPatience });
    const done = reply.kind === "done";
    const state = done ? await planAfter(place, plan, reply) : undefined;
    // Loaded only where it is told: what reads Markdown takes as long as a third of all the rest.
    const explain = done ? undefined : (await import("../client/reply.ts")).explainReply;
    if (flags.json) {
      const reason = explain && { reason: explain(reply) };
      const steering = state?.record.steering === undefined ? {} : { steering: state.record.steering };
      printJson({
        plan,
        url: issueUrl(place, plan),
        ...(key && { task: key }),
        verb: wanted.verb,
        done,
        ...reason,
        ...steering,
      });
    } else if (explain === undefined)
      print(`Done: ${written.text.replace("/coppice ", "/")} in #${plan}. ${issueUrl(place, plan)}`);
    else process.stderr.write(`${explain(reply, screenOf(process.stderr))}\n`);
    return done ? exitCodes.done : exitCodes.failed;
  });
}

interface Meant {
  readonly plan: number;
  readonly key?: TaskKey;
}

async function meant(place: Place, { verb, name }: Steer): Promise<Meant> {
  if ("plan" in name) {
    const { task } = await findTask(place, name);
    return { plan: name.plan, key: task.key };
  }
  const plan = await loadPlan(place, name.issue);
  if (plan === undefined) {
    const { state, task } = await findTask(place, name);
    return { plan: state.record.issue, key: task.key };
  }
  if (verb === "pause" || verb === "resume") return { plan: (await needPlan(place, name.issue)).record.issue };
  const first = plan.plan.tasks[0]?.key ?? "T1";
  throw new CoppiceError(
    "bad-input",
    `#${name.issue} is a plan; name a task of it, for example ${name.issue}/${first}`,
  );
}
