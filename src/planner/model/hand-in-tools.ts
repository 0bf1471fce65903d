import type { z } from "zod";
import type { PlanCommand } from "../../core/plan/command.ts";
import type { PlannedTask } from "../../core/task/task.ts";
import type { ModelTool } from "../../ports/model.ts";
import { changesAnswer, inputProblem, jsonSchema, planAnswer, questionsAnswer } from "./answer-schema.ts";

/** What a model hands in, of the right form. */
export type HandedIn =
  | { readonly kind: "tasks"; readonly tasks: readonly PlannedTask[] }
  | { readonly kind: "changes"; readonly changes: readonly PlanCommand[] }
  | { readonly kind: "questions"; readonly questions: readonly string[] };

export interface HandInTool {
  readonly definition: ModelTool;
  readonly kind: HandedIn["kind"];
  read(input: unknown): HandedIn | { readonly kind: "wrong"; readonly problem: string };
}

/** In the order every request has them, whatever the turn is for. */
export const handInTools: readonly HandInTool[] = [
  handInTool({
    name: "submit_plan",
    description: "Hands in the whole plan.",
    kind: "tasks",
    input: planAnswer,
    take: ({ tasks }) => ({ kind: "tasks", tasks }),
  }),
  handInTool({
    name: "propose_changes",
    description:
      "Hands in changes of the plan, applied in this order, all or none. A later call replaces an earlier one.",
    kind: "changes",
    input: changesAnswer,
    take: ({ changes }) => ({ kind: "changes", changes }),
  }),
  handInTool({
    name: "ask_questions",
    description: "Asks what must be known before the plan can be approved. A later call replaces an earlier one.",
    kind: "questions",
    input: questionsAnswer,
    take: ({ questions }) => ({ kind: "questions", questions }),
  }),
];

function handInTool<Input>(tool: {
  readonly name: string;
  readonly description: string;
  readonly kind: HandedIn["kind"];
  readonly input: z.ZodType<Input>;
  readonly take: (input: Input) => HandedIn;
}): HandInTool {
  const { name, description, kind } = tool;
  return {
    definition: { name, description, schema: jsonSchema(tool.input) },
    kind,
    read: (input) => {
      const parsed = tool.input.safeParse(input);
      return parsed.success ? tool.take(parsed.data) : { kind: "wrong", problem: inputProblem(parsed.error) };
    },
  };
}
