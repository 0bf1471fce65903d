import { planLimits } from "../../core/plan/limits.ts";
import { noUsage } from "../../core/plan/plan.ts";
import type { DiscussRequest, Planner, TaskRequest } from "../planner.ts";
import { decompose } from "./decompose.ts";
import { cutUp } from "./split.ts";

/** Plans by rules where no model is configured: nothing is sent anywhere. */
export const keywordPlanner: Planner = {
  name: "keywords",
  isModel: false,
  plan: async ({ goal, guidance, specialists, maxTasks }) => ({
    kind: "planned",
    tasks: decompose({ goal, guidance, specialists, maxTasks }),
    questions: [],
    usage: noUsage,
  }),
  modify: async (request) => describeMore(request),
  split: async (request) => {
    const cut = cutUp(request);
    return cut.kind === "refused" ? { ...cut, usage: noUsage } : { kind: "split", parts: cut.parts, usage: noUsage };
  },
  discuss: async (request) => ({
    kind: "discussed",
    text: byHand(request),
    changes: [],
    questions: [],
    usage: noUsage,
  }),
};

function describeMore({ task, text }: TaskRequest): Awaited<ReturnType<Planner["modify"]>> {
  const description = `${task.description}\n\n${text}`.trim();
  if (description.length <= planLimits.description)
    return { kind: "modified", change: { description }, usage: noUsage };
  const reason = `with this text the description of ${task.key} would have ${description.length} characters; at most ${planLimits.description} are allowed`;
  return { kind: "refused", reason, usage: noUsage };
}

/** Where the plan stands, and how people go on by themselves. */
function byHand({ plan, questions }: DiscussRequest): string {
  const open = questions.filter(({ answer, waived }) => answer === undefined && waived === undefined);
  if (plan === undefined) {
    return "There is no plan on this issue yet: start one with `/plan` and what you want.\nNo language model is set up here, so plans are made by rules and nobody but people can discuss them.";
  }
  const asked = open.length === 0 ? "" : `; open: ${open.map(({ number }) => `Q${number}`).join(", ")} (\`/answer\`)`;
  const count = `${plan.tasks.length} task${plan.tasks.length === 1 ? "" : "s"}`;
  return `The plan has ${count}${asked}.\nNo language model is set up here to discuss it; change it with \`/add\`, \`/modify\`, \`/split\`, \`/remove\`, \`/assign\` or \`/edit\`, go back with \`/undo\`, and \`/approve\` it.`;
}
