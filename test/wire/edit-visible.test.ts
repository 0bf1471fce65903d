import { expect, test } from "vitest";
import { parseEdit } from "../../src/wire/edit-yaml.ts";
import { samplePlan, sampleRecord } from "../core/plan/sample-plan.ts";

test("an edited plan keeps nothing that nobody can see", () => {
  const tags = "\\U000E0061\\u202e\\u200b";
  const text = `goal: "a${tags}b"\ntasks:\n  - key: T1\n    title: "c${tags}d\\u2028e"\n    description: "f${tags}g\\nh"\n    acceptance: ["i${tags}j"]\n    touches: ["k${tags}l"]\n  - title: "m${tags}n"\n`;
  expect(parseEdit(text, { plan: samplePlan({ T1: [] }), record: sampleRecord({}), revision: 1 })).toMatchObject({
    kind: "edit",
    goal: "ab",
    tasks: [
      { title: "cd e", description: "fg\nh", acceptance: ["ij"], touches: ["kl"] },
      { title: "mn", description: "mn" },
    ],
  });
});
