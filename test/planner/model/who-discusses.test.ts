import { expect, test } from "vitest";
import { modelPlanner, setUp } from "../inbox/support.ts";

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
