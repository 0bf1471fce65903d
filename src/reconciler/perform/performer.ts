import type { Effect, EffectKind } from "../../core/queue/effects.ts";
import type { Policy } from "../../core/queue/policy.ts";
import type { Snapshot, TaskSnapshot } from "../../core/queue/snapshot.ts";
import type { TaskKey } from "../../core/task/task.ts";
import type { ReconcilerPorts } from "../ports.ts";
import type { Sightings } from "../sightings.ts";

/** What performers work with: the snapshot the effect was decided on, and the world. */
export interface Scene {
  readonly ports: ReconcilerPorts;
  readonly sightings: Sightings;
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  /** When it aborts, what is being performed is finished and nothing more is begun. */
  readonly signal?: AbortSignal;
}

export type EffectOf<Kind extends EffectKind> = Extract<Effect, { kind: Kind }>;

/** Makes one effect true. Doing it twice does no harm; what it throws rises to the loop. */
export type Performer<Kind extends EffectKind> = (effect: EffectOf<Kind>, scene: Scene) => Promise<void>;

export function taskOf(scene: Pick<Scene, "snapshot">, key: TaskKey): TaskSnapshot | undefined {
  return scene.snapshot.tasks.find(({ task }) => task.key === key);
}

/** The plan's issue number. */
export function planOf({ snapshot }: Pick<Scene, "snapshot">): number {
  return snapshot.state.record.issue;
}
