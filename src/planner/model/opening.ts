import type { Question } from "../../core/plan/plan.ts";
import type { ModelBlock } from "../../ports/model.ts";
import { formatPlan } from "../../wire/plan-yaml.ts";
import type { PlanningContext, ThreadEntry } from "../planner.ts";
import { maintainersWords, untrusted } from "./untrusted.ts";

/** Of the issue's title and text, UTF-16 units; the thread comes cut already. */
const maxIssue = 20_000;

/** A provider looks back about so many blocks for what it has kept: marks no further apart than this are found again. */
const markEvery = 15;

/** The first message of a turn: what only grows comes first and ends in the cache's mark, what changes follows, the request is last. */
export function opening(context: PlanningContext, request: string): readonly ModelBlock[] {
  const growing = [describeIssue(context), ...context.thread.map(describeEntry)];
  const lastMark = growing.length - 1;
  const otherMark = Math.floor((lastMark - 1) / markEvery) * markEvery;
  const blocks = growing.map((text, index): ModelBlock => {
    const marked = index === lastMark || (index === otherMark && index > 0);
    return marked ? { kind: "text", text, cached: true } : { kind: "text", text };
  });
  return [...blocks, ...[describePlan(context), request].map((text): ModelBlock => ({ kind: "text", text }))];
}

function describeIssue({ issue }: PlanningContext): string {
  const text = `${issue.title}\n\n${issue.body}`.slice(0, maxIssue);
  return issue.trusted
    ? `The issue, by a maintainer:\n\n${maintainersWords(text)}`
    : `The issue, by somebody who may not decide here:\n\n${untrusted("issue", text)}`;
}

function describeEntry({ author, voice, text }: ThreadEntry): string {
  const name = author.replace(/[^\w.[\]-]/g, "_").slice(0, 60);
  switch (voice) {
    case "maintainer":
      return `Comment by the maintainer @${name}:\n\n${maintainersWords(text)}`;
    case "planner":
      return `What you answered:\n\n${untrusted("planner", text)}`;
    case "other":
      return `Comment by somebody who may not decide here:\n\n${untrusted(`comment by ${name}`, text)}`;
  }
}

function describePlan({ plan, questions }: PlanningContext): string {
  if (plan === undefined) return "There is no plan yet.";
  return ["The plan as it is:", untrusted("plan", formatPlan(plan)), ...questions.map(describeQuestion)].join("\n\n");
}

function describeQuestion({ number, text, answer, waived }: Question): string {
  const asked = `Your question Q${number}:\n${untrusted("question", text)}\n`;
  if (answer !== undefined) return `${asked}A maintainer's answer: ${maintainersWords(answer.text)}`;
  return asked + (waived ? "It needs no answer any more." : "It is not answered yet.");
}
