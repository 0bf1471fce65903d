import { CoppiceError } from "../../core/errors.ts";
import { fullName } from "../../core/repository.ts";
import { ask, defaultPatience } from "../client/ask.ts";
import type { HubClient, ListedWorker } from "../client/hub.ts";
import type { Place } from "../client/open-place.ts";
import type { PlaceFlags } from "../client/options.ts";
import { print, printJson, withPlace } from "../client/with-place.ts";
import { exitCodes } from "../failure.ts";
import { writeCommand } from "../plans/write-command.ts";
import { line } from "../screen/plan-screen.ts";
import { type Screen, screenOf } from "../screen/screen.ts";
import { formatTable } from "../screen/table.ts";

/** A task that a worker has now. */
interface Running {
  readonly plan: number;
  readonly key: string;
  readonly worker: string;
  readonly agent?: string;
  readonly line: string;
}

/** `coppice agents [n]`: by the hub's word where there is one, else asked in the plan's thread. */
export function agents(issue: number | undefined, flags: PlaceFlags): Promise<number> {
  return withPlace(flags, async (place) => {
    if (place.hub === undefined) return askInThread(place, issue, flags);
    const workers = await place.hub.workers();
    const running = await runningTasks(place.hub, fullName(place.forge.repository));
    if (flags.json) printJson({ workers, running });
    else print(formatWorkers(workers, running, screenOf(process.stdout)));
    return exitCodes.done;
  });
}

async function runningTasks(hub: HubClient, repository: string): Promise<readonly Running[]> {
  const plans = (await hub.plans()).filter((plan) => plan.repository === repository);
  return plans.flatMap(({ issue: plan, progress }) =>
    progress.flatMap(({ key, worker, agent, line: at }) =>
      worker === undefined ? [] : [{ plan, key, worker, ...(agent === undefined ? {} : { agent }), line: at }],
    ),
  );
}

/** One line a worker, those that are connected first. */
export function formatWorkers(workers: readonly ListedWorker[], running: readonly Running[], screen: Screen): string {
  if (workers.length === 0) return "No worker is known: coppice run --agent … starts one.";
  const ordered = [...workers].sort((one, other) => Number(other.connected) - Number(one.connected));
  const rows = ordered.map((worker) => {
    const has = running.filter((task) => task.worker === worker.id);
    const doing = has.map(
      ({ plan, key, agent, line: at }) => `${plan}/${key} ${[agent, at].filter(Boolean).join(": ")}`,
    );
    return [
      line(worker.id, 80),
      worker.connected ? (worker.draining ? "takes nothing more" : "connected") : "away",
      worker.connected ? `${worker.free} of ${worker.slots}` : "",
      line((worker.agents ?? []).join(", "), 120),
      line(doing.join("; "), 300),
    ];
  });
  return formatTable({ head: ["Worker", "State", "Free", "Agents", "Does"], rows, flexible: 4 }, screen);
}

async function askInThread(place: Place, issue: number | undefined, flags: PlaceFlags): Promise<number> {
  if (issue === undefined) {
    throw new CoppiceError(
      "bad-input",
      "only a running coppice up knows its workers; on GitHub name a plan's issue: coppice agents 12",
    );
  }
  const written = writeCommand("agents", "");
  if (written.kind === "refused") throw new CoppiceError("bad-input", written.reason);
  const reply = await ask(place, issue, written.text, { timeout: flags.timeout ?? defaultPatience });
  const done = reply.kind === "done";
  // A hub that is asked itself answers in no Markdown.
  const { explainReply } = await import("../client/reply.ts");
  if (flags.json) printJson({ issue, done, text: explainReply(reply) });
  else
    (done ? process.stdout : process.stderr).write(
      `${explainReply(reply, screenOf(done ? process.stdout : process.stderr))}\n`,
    );
  return done ? exitCodes.done : exitCodes.failed;
}
