import { noUsage } from "../../core/plan/plan.ts";
import type { Planner } from "../planner.ts";
import { decompose } from "./decompose.ts";

/** Plans by rules where no model is configured: nothing is sent anywhere. */
export const keywordPlanner: Planner = {
  name: "keywords",
  plan: async ({ goal }) => ({ kind: "planned", tasks: decompose(goal), usage: noUsage }),
  modify: async ({ task, text }) => ({
    kind: "modified",
    change: { description: `${task.description}\n\n${text}`.trim() },
    usage: noUsage,
  }),
};
