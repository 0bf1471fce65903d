import type { Clock } from "../../../src/ports/clock.ts";
import type { Life } from "../../reconciler/life.ts";
import { newLife } from "../../reconciler/life.ts";
import type { Stage } from "../../reconciler/stage.ts";
import type { MemoryHub } from "./memory-hub.ts";
import { startMemoryHub } from "./memory-hub.ts";

/** How long a dead process is dead, milliseconds. */
const restart = 1_000;

export interface Supervision {
  /** When it dies, life after life; then it lives. */
  readonly lives?: readonly Life[];
  readonly clockOf?: (clock: Clock) => Clock;
}

/** A hub that is started anew whenever it has died; one life after the other, the last one long. */
export function startSupervisedHub(
  stage: Stage,
  { lives = [], clockOf }: Supervision = {},
): MemoryHub & { readonly deaths: () => number } {
  const next = [...lives];
  const stopping = new AbortController();
  let deaths = 0;
  let life = next.shift() ?? newLife();
  let hub = startMemoryHub(stage, life, clockOf);
  const supervise = async () => {
    while (!stopping.signal.aborted) {
      await stage.clock.sleep(restart, stopping.signal).catch(() => undefined);
      if (!life.isOver || stopping.signal.aborted) continue;
      deaths += 1;
      life = next.shift() ?? newLife();
      hub = startMemoryHub(stage, life, clockOf);
    }
  };
  const supervising = supervise();
  return {
    deaths: () => deaths,
    // What arrives while nobody is there is lost.
    enqueue: (work) => hub.enqueue(work),
    async stop() {
      stopping.abort();
      await supervising;
      await hub.stop();
    },
  };
}
