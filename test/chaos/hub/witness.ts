import type { Dispatch } from "../../../src/ports/dispatch.ts";
import type { Forge } from "../../../src/ports/forge/forge.ts";
import type { Stage } from "../../reconciler/stage.ts";
import type { History, HistoryEvent } from "../history/history.ts";

const seen = new WeakMap<object, HistoryEvent[]>();

/** What was begun and merged on a stage, in the order in which it happened, whoever did it and whether they heard of it. */
export function worksOf({ world }: Pick<Stage, "world">): History {
  return seen.get(world) ?? [];
}

/** The same workers; what they take is noted. */
export function witnessed<T extends Dispatch>({ world }: Pick<Stage, "world">, dispatch: T): T {
  const offer: Dispatch["offer"] = async (worker, work) => {
    const taken = await dispatch.offer(worker, work);
    const { plan, issue, task } = work;
    if (taken) note(world, { kind: "begun", task: `#${issue}`, needs: issuesOf(world, plan, task.needs) });
    return taken;
  };
  return { ...dispatch, offer };
}

/** The same forge; what is merged is noted before anybody hears of it. */
export function witnessedForge({ world }: Pick<Stage, "world">, forge: Forge): Forge {
  const merge: Forge["pulls"]["merge"] = async (pull) => {
    const wasOpen = world.pulls.get(pull.number)?.state === "open";
    const answer = await forge.pulls.merge(pull);
    const task = /^coppice\/(\d+)-/.exec(world.pulls.get(pull.number)?.branch ?? "")?.[1];
    if (answer.kind === "merged" && wasOpen) note(world, { kind: "merged", task: `#${task}` });
    return answer;
  };
  return { ...forge, pulls: { ...forge.pulls, merge } };
}

function note(world: object, event: HistoryEvent): void {
  const known = seen.get(world) ?? [];
  known.push(event);
  seen.set(world, known);
}

/** By the markers in their bodies: what the ledger makes of them is not what is asked. The older stays where there are two. */
function issuesOf({ issues }: Stage["world"], plan: number, keys: readonly string[]): string[] {
  return keys.map((key) => {
    const found = [...issues.values()].find(({ body }) => body.startsWith(`<!-- coppice:plan=${plan};task=${key} -->`));
    return `#${found?.number ?? `${plan} ${key}`}`;
  });
}
