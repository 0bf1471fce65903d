import { setTimeout as sleep } from "node:timers/promises";
import type { Up } from "../../src/cli/up/start.ts";
import { faultPlanSchema } from "../../src/forge/index.ts";
import type { Cost } from "./play.ts";
import { measure, onItsOwn } from "./play.ts";

/** A plan played on a forge that keeps GitHub's limits, and refuses what goes beyond them. */
export interface LimitedCost extends Cost {
  /** Calls beyond a limit; of anybody, the person who plays included. */
  readonly refused: number;
  /** The most that was created within these; the person's own creations among it. */
  readonly perMinute: number;
  readonly perHour: number;
}

const githubLimits = faultPlanSchema.parse({ limits: "github" });

/** How often the forge's count is read, milliseconds. */
const period = 500;

export function playUnderLimits(tasks: number, signal: AbortSignal): Promise<LimitedCost> {
  return onItsOwn({ tasks, workers: 3, faults: githubLimits }, async (up) => {
    const over = new AbortController();
    const readings: Reading[] = [];
    const watching = watch(up, readings, over.signal);
    const cost = await measure(up, tasks, signal).finally(() => over.abort());
    await watching;
    const { overLimit, limited, insideClosedWindow } = up.forge.admin.faultsSeen();
    return {
      ...{ ...cost, refused: overLimit + limited + insideClosedWindow },
      ...{ perMinute: mostWithin(readings, 60_000), perHour: mostWithin(readings, 3_600_000) },
    };
  });
}

interface Reading {
  readonly at: number;
  readonly created: number;
}

async function watch(up: Up, readings: Reading[], over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const created = up.forge.requests().reduce((total, { creations }) => total + creations, 0);
    readings.push({ at: performance.now(), created });
    await sleep(period, undefined, { signal: over }).catch(() => undefined);
  }
}

/** The most that came within so many milliseconds, of totals read at times that rise. */
function mostWithin(readings: readonly Reading[], milliseconds: number): number {
  let first = 0;
  return readings.reduce((most, { at, created }) => {
    while ((readings[first]?.at ?? at) < at - milliseconds) first += 1;
    return Math.max(most, created - (readings[first]?.created ?? created));
  }, 0);
}
