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

/** Performs effects, each after those before it that it depends on: of its own task, and all where one of the two is not free. */
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
  if (isApart(effect.kind, earlier.kind)) return false;
  if (!free.has(effect.kind) || !free.has(earlier.kind)) return true;
  const subjects = subjectsOf(earlier);
  return subjectsOf(effect).some((task) => subjects.includes(task));
}

/**
 * Work may be offered for review while its result is being folded: its lease is released after both. And a hub may say
 * that it is about to make issues while their labels are made: the issues wait for these by themselves.
 */
function isApart(kind: EffectKind, earlier: EffectKind): boolean {
  if (kind === "open-pull") return earlier === "fold-results";
  return kind === "create-task-issues" && earlier === "ensure-labels";
}
