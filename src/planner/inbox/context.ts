import type { PlanState } from "../../core/plan/plan.ts";
import type { Specialist } from "../../core/task/specialist.ts";
import type { PlanningContext, ThreadEntry } from "../planner.ts";
import type { Turn } from "./handlers/handler.ts";
import { isTextEditedSince } from "./handlers/plan.ts";
import { mayWrite } from "./may-write.ts";
import { newerLeftOut, readThread, threadBefore } from "./thread.ts";

export interface ContextRequest extends Pick<Turn, "options" | "comment" | "commanded" | "policy"> {
  readonly state: PlanState | undefined;
  readonly specialists: readonly Specialist[];
}

/** What a planner knows beside the plan: the issue and its thread as they stood when the command was written. */
export async function planningContext(request: ContextRequest): Promise<Omit<PlanningContext, "plan">> {
  const { options, comment, commanded, policy, state, specialists } = request;
  const { forge, planner } = options;
  const { issue } = commanded;
  const edited = isTextEditedSince(commanded, comment);
  // Rules read no thread: nobody is asked about it.
  const thread = planner.isModel ? await threadOf(request) : [];
  const trusted = mayWrite(await forge.permissions.of(issue.author));
  return {
    issue: { number: issue.number, title: issue.title, body: edited ? leftOut : issue.body, trusted },
    thread,
    specialists,
    questions: state?.record.questions ?? [],
    maxTasks: policy.maxTasks,
  };
}

async function threadOf({ comment, options: { forge }, state }: ContextRequest): Promise<readonly ThreadEntry[]> {
  const known = [comment.author, ...(state?.record.revisions.map(({ by }) => by) ?? [])];
  const { comments, cut } = await readThread(forge.comments, comment.issue);
  const thread = await threadBefore(comment, comments, { ...forge, known });
  return cut ? [...thread, newerLeftOut] : thread;
}

const leftOut = "(The issue's text was edited after the command was written and is left out.)";
