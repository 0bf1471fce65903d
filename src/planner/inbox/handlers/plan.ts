import { apply } from "../../../core/plan/apply.ts";
import { planLimits } from "../../../core/plan/limits.ts";
import type { CommandedIssue } from "../../../ports/forge/issues.ts";
import { parseTaskIssue } from "../../../wire/task-issue.ts";
import { visibleText } from "../../../wire/visible-text.ts";
import type { Handler, Turn } from "./handler.ts";
import { refused } from "./handler.ts";

/** A plan from scratch: of what the person wrote, or of the issue; where there is one already its goal stays. */
export const plan: Handler<"plan"> = async ({ text }, turn) => {
  const { options, before, signal } = turn;
  const why = whyNotHere(turn) ?? whyNotNow(turn);
  if (why !== undefined) return refused(why);
  const former = before?.record.status.kind === "cancelled" ? undefined : before?.plan;
  const goal = former?.goal ?? goalOf(turn, text);
  const wrong = whyNoGoal(goal) ?? (former === undefined && text === undefined ? whyNotAdopted(turn) : undefined);
  if (wrong !== undefined) return refused(wrong);
  const guidance = former === undefined ? undefined : text;
  const adopted = former === undefined && text === undefined;
  const planned = await options.planner.plan({ ...(await turn.context()), goal, adopted, guidance }, signal);
  if (planned.kind === "refused") return planned;
  const { tasks, questions, usage } = planned;
  const { name } = options.planner;
  return { kind: "done", changes: [{ kind: "plan", goal, tasks }], exact: true, planner: name, questions, usage };
};

/** Why no plan can begin on this issue. */
export function whyNotHere({ commanded, options }: Pick<Turn, "commanded" | "options">): string | undefined {
  const { issue } = commanded;
  if (issue.state === "closed") return "this issue is closed; open it again first";
  const marker = issue.author === options.forge.botLogin ? parseTaskIssue(issue.body) : undefined;
  return marker === undefined
    ? undefined
    : `this issue is task ${marker.key} of the plan in #${marker.plan}; a plan needs an issue of its own`;
}

/** Why a goal cannot be one, before anybody is asked to plan it. */
export function whyNoGoal(goal: string): string | undefined {
  if (goal === "") return "the goal is empty; write for example /plan Add OAuth login";
  if (goal.length <= planLimits.goal) return undefined;
  return `the goal has ${goal.length} characters; at most ${planLimits.goal} are allowed`;
}

/** What is said of an issue's text that is not what the person who commanded has read. */
export function isTextEditedSince({ bodyEditedAt }: CommandedIssue, { createdAt }: Turn["comment"]): boolean {
  return bodyEditedAt !== undefined && Date.parse(bodyEditedAt) >= Date.parse(createdAt);
}

function goalOf({ commanded: { issue } }: Turn, text: string | undefined): string {
  return (text ?? visibleText(`${issue.title}\n\n${issue.body}`).slice(0, planLimits.goal)).trim();
}

function whyNotAdopted({ commanded, comment }: Turn): string | undefined {
  return isTextEditedSince(commanded, comment)
    ? "this issue's text was edited after you wrote; read it, then write /plan again"
    : undefined;
}

/** What `apply` would refuse anyway, before a model is paid for it. */
function whyNotNow({ before }: Turn): string | undefined {
  const status = before?.record.status.kind;
  if (before === undefined || (status !== "approved" && status !== "done")) return undefined;
  const applied = apply(before, { kind: "plan", goal: "", tasks: [] });
  return applied.kind === "refused" ? applied.reason : undefined;
}
