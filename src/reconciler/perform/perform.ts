import { CoppiceError } from "../../core/errors.ts";
import type { Effect, EffectKind } from "../../core/queue/effects.ts";
import { isProjection, subjectsOf } from "../../core/queue/effects.ts";
import type { TaskKey } from "../../core/task/task.ts";
import { performAbreast } from "./abreast.ts";
import { tellBudget } from "./budget.ts";
import { catchUp } from "./catch-up.ts";
import { finishPlan } from "./finish.ts";
import { addIssueBlockers, closeTask, closeUnplanned, createTaskIssues, recordTaskIssues } from "./issues.ts";
import { changeLabels, ensureLabels } from "./labels.ts";
import { mergePull } from "./merging.ts";
import type { Performer, Scene } from "./performer.ts";
import { planOf } from "./performer.ts";
import { closePhases, createPhases, recordPhases } from "./phases.ts";
import { removeTwins, renderPlan } from "./plan-comment.ts";
import { foldResults, openPull, releaseLease, removeLeases, stopRun } from "./publishing.ts";
import { heedLabels } from "./steering-labels.ts";
import { tellStuck } from "./stuck.ts";

/** Who makes each kind of effect true. */
const performers: { readonly [Kind in EffectKind]: Performer<Kind> } = {
  "stop-run": stopRun,
  "ensure-labels": ensureLabels,
  "create-phases": createPhases,
  "record-phases": recordPhases,
  "close-phases": closePhases,
  "create-task-issues": createTaskIssues,
  "record-issues": recordTaskIssues,
  "close-strays": closeUnplanned,
  "close-given-up": closeUnplanned,
  "catch-up": catchUp,
  "add-blockers": addIssueBlockers,
  "fold-results": foldResults,
  "open-pull": openPull,
  "release-lease": releaseLease,
  "merge-pull": mergePull,
  "close-task": closeTask,
  "remove-leases": removeLeases,
  "heed-labels": heedLabels,
  "change-labels": changeLabels,
  "render-plan": renderPlan,
  "remove-twins": removeTwins,
  "tell-budget": tellBudget,
  "tell-stuck": tellStuck,
  "finish-plan": finishPlan,
};

/** What changes the issues a look shows otherwise than by what is known from the answer: what else we write is known. */
const movesView: ReadonlySet<EffectKind> = new Set(["create-phases", "close-phases", "close-strays", "close-given-up"]);

export interface Performance {
  readonly scene: Scene;
  /** Show how things are even though they are about to change: nothing moved since the last look. */
  readonly showAll: boolean;
}

/**
 * Performs effects in order. When one fails, its tasks are left alone for the rest of the pass and the others go on; the
 * first error is thrown at the end. Labels and comment are left for the next look when this pass changes what they show.
 */
export async function performAll(effects: readonly Effect[], { scene, showAll }: Performance): Promise<void> {
  const failed = new Set<TaskKey>();
  const errors: unknown[] = [];
  const acts = effects.filter((effect) => !isProjection(effect));
  const attempt = async (effect: Effect) => {
    if (scene.signal?.aborted || subjectsOf(effect).some((task) => failed.has(task))) return;
    try {
      await performOne(effect, scene);
    } catch (error) {
      scene.sightings.readings.doubtPlan(planOf(scene));
      if (endsThePass(error)) throw error;
      errors.push(error);
      for (const task of subjectsOf(effect)) failed.add(task);
    } finally {
      if (movesView.has(effect.kind)) scene.sightings.readings.view(planOf(scene)).doubt();
    }
  };
  await performAbreast(acts, attempt);
  if (acts.length === 0 || errors.length > 0 || showAll) await performAbreast(effects.filter(isProjection), attempt);
  if (errors.length > 0) throw errors[0];
}

async function performOne<Kind extends EffectKind>(
  effect: Extract<Effect, { kind: Kind }>,
  scene: Scene,
): Promise<void> {
  const performer: Performer<Kind> = performers[effect.kind];
  await performer(effect, scene);
}

/** A closed window or a forge that is down will not be kinder to the next effect. */
function endsThePass(error: unknown): boolean {
  return error instanceof CoppiceError && (error.code === "forge-limited" || error.code === "forge-unavailable");
}
