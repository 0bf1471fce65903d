import { expect } from "vitest";
import type { PlannedTask } from "../../../src/core/task/task.ts";
import { task } from "../../reconciler/stage.ts";
import { check } from "../history/check.ts";
import { finalState, historyOf } from "./final-state.ts";
import { playEmbedded } from "./play.ts";
import type { EmbeddedWorld, WorldOptions } from "./world.ts";
import { openEmbeddedWorld } from "./world.ts";

export interface Trouble extends WorldOptions {
  readonly tasks: number;
  /** Begins what goes wrong. */
  readonly begin?: (world: EmbeddedWorld) => void;
  /** Longest it may take, seconds. */
  readonly patience: number;
}

/** Plays a plan from approval to the end while something goes wrong; gives what people find then. */
export async function playThrough({ tasks, begin, patience, ...options }: Trouble) {
  const world = await openEmbeddedWorld(options);
  try {
    const game = await playEmbedded(world, { tasks: chainsOf(tasks) });
    begin?.(world);
    await game.done(patience);
    const seen = world.embedded.admin.faultsSeen();
    world.proxy.fate = () => "pass";
    world.embedded.admin.setFaults(undefined);
    await world.clock.sleep(10_000);
    await game.stop();
    const state = await finalState(world);
    expect(check(historyOf(state))).toEqual([]);
    return { state, seen, met: world.proxy.met };
  } finally {
    await world.close();
  }
}

/** Every third task waits for the one before. */
function chainsOf(count: number): readonly PlannedTask[] {
  return Array.from({ length: count }, (_, at) => task(`T${at + 1}`, at % 3 === 2 ? [`T${at}`] : []));
}
