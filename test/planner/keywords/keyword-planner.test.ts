import { expect, test } from "vitest";
import type { Plan, Question } from "../../../src/core/plan/plan.ts";
import { decompose } from "../../../src/planner/keywords/decompose.ts";
import { keywordPlanner } from "../../../src/planner/keywords/keyword-planner.ts";
import { builtInSpecialists } from "../../../src/planner/specialists.ts";

const specialists = await builtInSpecialists();
const goal = "Build a REST API with authentication";
const plan: Plan = { goal, tasks: decompose({ goal, specialists, maxTasks: 50 }) };
const context = {
  issue: { number: 1, title: goal, body: "", trusted: true },
  ...{ thread: [], specialists, questions: [], maxTasks: 50 },
};
const signal = new AbortController().signal;
const [task] = plan.tasks;
if (task === undefined) throw new Error("no task");

test("the planner without a model plans, with guidance, within the limit, and asks nothing", async () => {
  expect(keywordPlanner).toMatchObject({ name: "keywords", isModel: false });
  const planned = await keywordPlanner.plan(
    { ...context, goal, adopted: false, guidance: "no docs", maxTasks: 4 },
    signal,
  );
  expect(planned).toMatchObject({ kind: "planned", questions: [], usage: { inputTokens: 0, outputTokens: 0 } });
  expect(planned.kind === "planned" && planned.tasks).toHaveLength(4);
});

test("it changes a task by adding the words to its description, as far as they fit", async () => {
  const request = { ...context, plan, task };
  expect(await keywordPlanner.modify({ ...request, text: "Use PKCE." }, signal)).toMatchObject({
    change: { description: `${task.description}\n\nUse PKCE.` },
  });
  expect(await keywordPlanner.modify({ ...request, text: "x".repeat(8_000) }, signal)).toMatchObject({
    kind: "refused",
    reason: expect.stringContaining("at most 8000 are allowed"),
  });
});

test("it splits a task or says how to", async () => {
  const request = { ...context, plan, task, text: "parser and printer" };
  expect(await keywordPlanner.split(request, signal)).toMatchObject({
    kind: "split",
    parts: [{ title: "Parser" }, { title: "Printer" }],
  });
  expect(await keywordPlanner.split({ ...request, text: "better" }, signal)).toMatchObject({ kind: "refused" });
});

test("asked to discuss, it says in two lines where the plan stands and what people can do", async () => {
  const open: Question = { number: 2, text: "Which database?" };
  const answered: Question = { number: 1, text: "?", answer: { by: "ada", at: "", comment: 1, text: "x" } };
  const request = { ...context, plan, questions: [answered, open], text: "why?", author: "ada" };
  const discussed = await keywordPlanner.discuss(request, signal);
  expect(discussed).toMatchObject({ kind: "discussed", changes: [], questions: [] });
  const lines = discussed.kind === "discussed" ? discussed.text.split("\n") : [];
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/6 tasks.*Q2/);
  expect(lines[0]).not.toContain("Q1");
  expect(lines[1]).toContain("`/modify`");
  const none = await keywordPlanner.discuss({ ...context, text: "hi", author: "ada" }, signal);
  expect(none).toMatchObject({ text: expect.stringMatching(/^There is no plan.*`\/plan` and what you want\.\n/) });
});
