import { expect, it } from "vitest";
import { tellUnplanned } from "../../../src/cli/plans/plan.ts";
import { memoryForge } from "../../support/memory-forge/memory-forge.ts";

it("an open issue without a plan is told what makes one, and nothing is said of one that is no open issue", async () => {
  const { forge, people } = memoryForge();
  const { number } = people.openIssue({ title: "Greet" });
  await expect(tellUnplanned(forge, number)).rejects.toMatchObject({
    code: "bad-input",
    message: expect.stringMatching(new RegExp(`^#${number} has no plan yet; the comment /coppice plan .*: http`)),
  });
  await expect(tellUnplanned(forge, number + 1)).resolves.toBeUndefined();
});
