import { expect, it } from "vitest";
import { tellUnplanned } from "../../../src/cli/plans/plan.ts";
import { memoryForge } from "../../support/memory-forge/memory-forge.ts";

it("an open issue without a plan is told what makes one, and nothing is said of a task or of no open issue", async () => {
  const { forge, people } = memoryForge();
  const { number } = people.openIssue({ title: "Greet" });
  await expect(tellUnplanned(forge, number)).rejects.toMatchObject({
    code: "bad-input",
    message: expect.stringMatching(new RegExp(`^#${number} has no plan yet; the comment /coppice plan .*: http`)),
  });
  const task = await forge.issues.create({ title: "Task", body: "", labels: ["coppice:queued"] });
  await expect(tellUnplanned(forge, task.number)).resolves.toBeUndefined();
  await expect(tellUnplanned(forge, task.number + 1)).resolves.toBeUndefined();
});
