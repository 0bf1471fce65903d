import { expect } from "vitest";
import type { PlannedTask } from "../../../src/core/task/task.ts";
import { task } from "../../reconciler/stage.ts";
import type { LosingProxy } from "../../support/losing-proxy.ts";
import { check } from "../history/check.ts";
import { finalState, historyOf } from "./final-state.ts";
import { hurriedClock } from "./hurried-clock.ts";
import { playEmbedded } from "./play.ts";
import { openEmbeddedWorld } from "./world.ts";

/** Plays a plan of so many tasks from approval to the end while the proxy does this; gives what people find then. */
export async function playThrough(count: number, fate: LosingProxy["fate"]) {
  const world = await openEmbeddedWorld(hurriedClock(20));
  try {
    const game = await playEmbedded(world, { tasks: chainsOf(count) });
    world.proxy.fate = fate;
    await game.done(60 + count * 10);
    world.proxy.fate = () => "pass";
    await world.clock.sleep(10_000);
    await game.stop();
    const state = await finalState(world);
    expect(check(historyOf(state))).toEqual([]);
    const { pass, drop, lose } = world.proxy.met;
    return { state, requests: pass + drop + lose, before: drop, after: lose };
  } finally {
    await world.close();
  }
}

/** Every third task waits for the one before. */
function chainsOf(count: number): readonly PlannedTask[] {
  return Array.from({ length: count }, (_, at) => task(`T${at + 1}`, at % 3 === 2 ? [`T${at}`] : []));
}
