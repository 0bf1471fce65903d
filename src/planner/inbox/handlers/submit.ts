import type { ActContext } from "../../../core/plan/act.ts";
import { act } from "../../../core/plan/act.ts";
import type { PlanCommand } from "../../../core/plan/command.ts";
import { neutraliseLine } from "../../../wire/neutralise.ts";
import { actContext } from "../act-context.ts";
import type { Handled, Handler, Turn } from "./handler.ts";
import { refused } from "./handler.ts";
import { whyNoGoal, whyNotHere } from "./plan.ts";
import { newTask, whyNobody } from "./tasks.ts";

/** A plan of one task, or one that the planner makes, approved by whoever asks for it. */
export const submit: Handler<"submit"> = async (command, turn) => {
  const here = whyNotHere(turn);
  if (here !== undefined) return refused(here);
  if ("decompose" in command) return decompose(command.decompose.trim(), turn);
  const wrong = whyNobody(command, turn);
  if (wrong !== undefined) return wrong;
  return submitted(turn, { kind: "plan", goal: command.title, tasks: [only(command, turn)] });
};

async function decompose(goal: string, turn: Turn): Promise<Handled> {
  const { options, signal } = turn;
  const wrong = whyNoGoal(goal) ?? whyNotNow(turn, goal);
  if (wrong !== undefined) return refused(wrong);
  const planned = await options.planner.plan({ ...(await turn.context()), goal, adopted: false }, signal);
  if (planned.kind === "refused") return planned;
  const { tasks, questions, usage } = planned;
  const done = submitted(turn, { kind: "plan", goal, tasks });
  return { ...done, usage, ...(questions.length === 0 ? {} : { say: () => unasked(questions) }) };
}

function submitted({ options }: Turn, command: PlanCommand) {
  const act = { kind: "submit", commands: [command], planner: options.planner.name } as const;
  return { kind: "done", act } as const;
}

function only(command: Parameters<typeof newTask>[0], turn: Turn) {
  return { ...newTask(command, turn), key: "T1" } as const;
}

/** What deciding would refuse anyway, before a model is paid for it. */
function whyNotNow(turn: Turn, goal: string): string | undefined {
  const context: ActContext = actContext(turn);
  const tasks = [only({ title: "probe" }, turn)];
  const commands: readonly PlanCommand[] = [{ kind: "plan", goal, tasks }];
  const tried = act(turn.state, { kind: "submit", commands, planner: "" }, context);
  return tried.kind === "refused" ? tried.reason : undefined;
}

/** Nobody waits for an answer any more: what would have been asked is told. */
function unasked(questions: readonly string[]): string {
  const lines = questions.map((question) => `- ${neutraliseLine(question, 500)}`);
  return ["Approved as it is. The planner would have asked:", "", ...lines].join("\n");
}
