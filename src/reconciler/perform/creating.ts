import type { Creating } from "../../core/plan/plan.ts";
import { intend } from "../../core/queue/creating.ts";
import type { Scene } from "./performer.ts";
import { planOf } from "./performer.ts";

/** What may be made now, and whether somebody can have begun to make it before. */
export interface Begun {
  readonly keys: ReadonlySet<string>;
  readonly first: boolean;
}

/**
 * Commits the word that this hub makes these things of a plan, unless the ledger has it already; undefined while another
 * hub makes things of it. What is made is then written down by the commit that also ends the intent.
 */
export async function beginCreating(scene: Scene, wanted: readonly string[]): Promise<Begun | undefined> {
  const { ports, sightings } = scene;
  const plan = planOf(scene);
  const { id: hub, nonce } = sightings.hub;
  const at = new Date(ports.clock.now()).toISOString();
  const begun = await ports.plans.edit(plan, (state) => {
    if (state === undefined) return { answer: undefined };
    const unchangedFor = sightings.intentUnchangedFor(plan, state.record.creating);
    const intended = intend(state.record, { keys: wanted, hub, nonce, at, unchangedFor });
    if (intended.kind === "theirs") return { answer: undefined };
    const { first, again } = intended;
    const answer = { keys: new Set(intended.keys), first, again };
    if (intended.keys.length === 0 || intended.creating === undefined) return { answer };
    const record = { ...state.record, creating: intended.creating };
    return { answer, change: { plan: state.plan, record, message: messageOf(plan, intended.creating) } };
  });
  if (begun === undefined) return lookAgain(scene);
  const { keys, first, again } = begun;
  const isFirstTry = sightings.isFirstTry(plan, keys);
  return { keys, first: first || (again && isFirstTry) };
}

function messageOf(plan: number, { keys }: Creating): string {
  return `Plan #${plan}: about to make ${keys.join(", ")}`.slice(0, 500);
}

/** What the other hub makes shows in the ledger and on the forge, soon. */
function lookAgain(scene: Scene): undefined {
  const plan = planOf(scene);
  scene.ports.plans.doubt();
  scene.sightings.readings.view(plan).doubt();
  scene.ports.log.debug({ plan }, "Another hub is making things of this plan");
}
