import type { PlanCommand } from "../core/plan/command.ts";
import type { Code } from "../ports/code.ts";
import type { Model } from "../ports/model.ts";
import type { LeftOver } from "./model/desk.ts";
import { withKnownSpecialist, withKnownSpecialists } from "./model/known-specialists.ts";
import { opening } from "./model/opening.ts";
import { repositoryContexts } from "./model/repository-context.ts";
import { systemText } from "./model/system-text.ts";
import type { Taken } from "./model/turn.ts";
import { takeTurn } from "./model/turn.ts";
import type { TurnKind } from "./model/turn-kinds.ts";
import { discussTurn, modifyTurn, planTurn, splitTurn } from "./model/turn-kinds.ts";
import type { Planner, PlanningContext } from "./planner.ts";

export interface ModelPlannerOptions {
  readonly model: Model;
  readonly code: Code;
  /** Longest a turn may take, milliseconds; default 10 minutes. */
  readonly turnMilliseconds?: number;
}

/** Plans with a language model that may look into the repository; it decides nothing but the plan's contents, and core checks those. */
export function openModelPlanner({ model, code, turnMilliseconds }: ModelPlannerOptions): Planner {
  const repository = repositoryContexts(code);
  const take = async (context: PlanningContext, kind: TurnKind, signal: AbortSignal): Promise<Taken> => {
    const { commit, text } = await repository();
    const system = await systemText(context.specialists, text);
    const turn = { ...kind, system, opening: opening(context, kind.request), code, commit };
    return takeTurn(model, { ...turn, milliseconds: turnMilliseconds }, signal);
  };
  return {
    name: model.name,
    isModel: true,
    async plan(request, signal) {
      const taken = await take(request, planTurn(request), signal);
      if (taken.kind === "refused") return taken;
      const tasks = (taken.tasks ?? []).map((task) => withKnownSpecialist(task, request.specialists));
      return { kind: "planned", tasks, questions: taken.questions ?? [], usage: taken.usage };
    },
    async modify(request, signal) {
      const taken = await take(request, modifyTurn(request), signal);
      if (taken.kind === "refused") return taken;
      const [change] = changesOf(taken, request);
      return { kind: "modified", change: change?.kind === "modify" ? change.change : {}, usage: taken.usage };
    },
    async split(request, signal) {
      const taken = await take(request, splitTurn(request), signal);
      if (taken.kind === "refused") return taken;
      const [change] = changesOf(taken, request);
      return { kind: "split", parts: change?.kind === "split" ? change.parts : [], usage: taken.usage };
    },
    async discuss(request, signal) {
      const taken = await take(request, discussTurn(request), signal);
      if (taken.kind === "refused") return taken;
      const { words: text, questions = [], usage } = taken;
      return { kind: "discussed", text, changes: changesOf(taken, request), questions, usage };
    },
  };
}

function changesOf({ changes = [] }: LeftOver, context: PlanningContext): readonly PlanCommand[] {
  return changes.map((change) => withKnownSpecialists(change, context));
}
