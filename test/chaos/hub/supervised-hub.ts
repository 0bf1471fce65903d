import type { Life } from "../../reconciler/life.ts";
import { newLife } from "../../reconciler/life.ts";
import type { Stage } from "../../reconciler/stage.ts";
import type { Flaws, MemoryHub } from "./memory-hub.ts";
import { startMemoryHub } from "./memory-hub.ts";

/** How long a dead process is dead, milliseconds. */
const restart = 1_000;

export interface Supervision extends Flaws {
  /** When it dies, life after life; then it lives. */
  readonly lives?: readonly Life[];
  /** Nobody starts it anew. */
  readonly staysDead?: boolean;
}

/** A hub that is started anew whenever it has died; one life after the other, the last one long. */
export function startSupervisedHub(
  stage: Stage,
  { lives = [], staysDead = false, ...flaws }: Supervision = {},
): MemoryHub {
  const next = [...lives];
  const stopping = new AbortController();
  let life = next.shift() ?? newLife();
  let hub = startMemoryHub(stage, life, flaws);
  const supervise = async () => {
    while (!stopping.signal.aborted) {
      await stage.clock.sleep(restart, stopping.signal).catch(() => undefined);
      if (staysDead || !life.isOver || stopping.signal.aborted) continue;
      life = next.shift() ?? newLife();
      hub = startMemoryHub(stage, life, flaws);
    }
  };
  const supervising = supervise();
  return {
    // What arrives while nobody is there is lost.
    enqueue: (work) => hub.enqueue(work),
    async stop() {
      stopping.abort();
      await supervising;
      await hub.stop();
    },
  };
}
