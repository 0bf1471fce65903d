import { readFile } from "node:fs/promises";
import { apply } from "../core/plan/apply.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Code } from "../ports/code.ts";
import type { Model } from "../ports/model.ts";
import { formatPlan } from "../wire/plan-yaml.ts";
import { planAnswer, submitPlan, submitTask, taskAnswer } from "./model/answer-schema.ts";
import { askFor } from "./model/ask-for.ts";
import { describeCode, untrusted } from "./model/context.ts";
import type { ModifyRequest, Planner, PlanRequest } from "./planner.ts";
import { specialists } from "./specialists.ts";

/** Plans with a language model; it decides nothing but the plan's contents, and `apply` checks those. */
export function openModelPlanner({ model, code }: { readonly model: Model; readonly code: Code }): Planner {
  return {
    name: model.name,
    async plan(request, signal) {
      const asked = await askFor(
        model,
        {
          system: await prompt("plan"),
          text: planText(request, await describeCode(code)),
          tool: submitPlan,
          schema: planAnswer,
          problem: ({ tasks }) => reasonOf(apply(undefined, { kind: "plan", goal: request.goal, tasks })),
        },
        signal,
      );
      return asked.kind === "refused" ? asked : { kind: "planned", tasks: asked.value.tasks, usage: asked.usage };
    },
    async modify(request, signal) {
      const asked = await askFor(
        model,
        {
          system: await prompt("modify"),
          text: modifyText(request),
          tool: submitTask,
          schema: taskAnswer,
          problem: (change) =>
            Object.keys(change).length === 0
              ? "nothing was changed"
              : reasonOf(apply(draft(request.plan), { kind: "modify", key: request.task.key, change })),
        },
        signal,
      );
      return asked.kind === "refused" ? asked : { kind: "modified", change: asked.value, usage: asked.usage };
    },
  };
}

/** The text file and the specialists: the same for every request, so that it is read from the model's cache. */
async function prompt(name: "plan" | "modify"): Promise<string> {
  const text = await readFile(new URL(`./prompts/${name}.md`, import.meta.url), "utf8");
  return text + specialists.map((one) => `- ${one.name}: ${one.charge}`).join("\n");
}

function planText({ goal, adopted, issue, former }: PlanRequest, code: string): string {
  const parts: string[] = [];
  if (adopted && !issue.trusted) {
    parts.push("A maintainer wants what this issue describes; its text is by somebody else:", untrusted("goal", goal));
  } else {
    parts.push("The goal, by a maintainer:", goal);
  }
  if (!adopted) {
    parts.push("The issue it was written on:", untrusted("issue", `${issue.title}\n\n${issue.body}`.slice(0, 20_000)));
  }
  if (former !== undefined) {
    parts.push(
      "There is a plan already. Plan anew from scratch; this is what it was:",
      untrusted("former-plan", formatPlan(former)),
    );
  }
  parts.push("The repository:", code);
  return parts.join("\n\n");
}

function modifyText({ plan, task, text }: ModifyRequest): string {
  return [
    "The plan:",
    untrusted("plan", formatPlan(plan)),
    `The task to change is ${task.key} (${task.title.replace(/[<>]/g, "")}). What a maintainer wants changed:`,
    text,
  ].join("\n\n");
}

function draft(plan: Plan): NonNullable<Parameters<typeof apply>[0]> {
  return { plan, record: { status: { kind: "draft" }, tasks: {} } };
}

function reasonOf(applied: ReturnType<typeof apply>): string | undefined {
  return applied.kind === "refused" ? applied.reason : undefined;
}
