import { expect, test } from "vitest";
import { modelPlanner, proposing, setUp } from "../inbox/support.ts";

test("whoever may only discuss, or opened the issue without more, is data to the model; keys go on after removed ones", async () => {
  const model = modelPlanner();
  const at = setUp({ planner: model.planner });
  at.people.permit("trent", "triage");
  const issue = at.people.openIssue({ title: "Mine", author: "trent" }).number;
  await at.tell("/plan", issue);
  await at.tell("/remove T2", issue);
  await at.tell("/discuss Why?", issue, "trent");
  await at.tell("/discuss Why not?", issue, "ada");
  expect(model.discussions).toMatchObject([
    { author: "trent", trusted: false, issue: { trusted: false }, lastKey: 2 },
    { author: "ada", trusted: true, issue: { trusted: false }, lastKey: 2 },
  ]);
});

test("whoever may only discuss leaves neither questions that block nor a proposal in the place of another", async () => {
  const at = setUp({ planner: modelPlanner(proposing([{ kind: "remove", key: "T2" }], ["Which one?"])).planner });
  at.people.permit("trent", "triage");
  await at.tell("/plan");
  await at.show();
  await at.tell("/discuss Why?", at.issue, "ada");
  const before = await at.load();
  expect(before).toMatchObject({ proposal: { number: 1 }, record: { questions: [{ number: 1 }] } });
  const id = await at.tell("/discuss Why not?", at.issue, "trent");
  const after = await at.load();
  expect(after?.proposal).toEqual(before?.proposal);
  expect(after?.record.questions).toEqual(before?.record.questions);
  expect(at.answersTo(id)).toEqual([
    "I would change this.\n\n*What it would change or ask is not kept; somebody who may write to the repository can ask for it.*",
  ]);
});
