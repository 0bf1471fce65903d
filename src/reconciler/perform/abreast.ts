import type { Effect, EffectKind } from "../../core/queue/effects.ts";
import { subjectsOf } from "../../core/queue/effects.ts";

/** Effects that stand in nobody's way but their own task's: begun together, their writes share requests. */
const free: ReadonlySet<EffectKind> = new Set([
  "fold-results",
  "open-pull",
  "release-lease",
  "merge-pull",
  "close-task",
  "remove-leases",
  "change-labels",
  "render-plan",
]);

/**
 * Performs effects, each after those before it that it depends on: of its own task, and all where one of the two is not
 * free. Offering work for review does not depend on its result being folded: a lease is released after both.
 */
export async function performAbreast(
  effects: readonly Effect[],
  perform: (effect: Effect) => Promise<void>,
): Promise<void> {
  const begun: { readonly effect: Effect; readonly done: Promise<void> }[] = [];
  for (const effect of effects) {
    const before = begun.filter((one) => dependsOn(effect, one.effect)).map(({ done }) => done);
    begun.push({ effect, done: Promise.all(before).then(() => perform(effect)) });
  }
  const outcomes = await Promise.allSettled(begun.map(({ done }) => done));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

function dependsOn(effect: Effect, earlier: Effect): boolean {
  if (!free.has(effect.kind) || !free.has(earlier.kind)) return true;
  if (effect.kind === "open-pull" && earlier.kind === "fold-results") return false;
  const subjects = subjectsOf(earlier);
  return subjectsOf(effect).some((task) => subjects.includes(task));
}
