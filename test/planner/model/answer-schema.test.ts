import { expect, test } from "vitest";
import { handInTools } from "../../../src/planner/model/hand-in-tools.ts";

test("what a model hands in keeps nothing that nobody can see", () => {
  const hidden = "\u{e0061}\u202e\u200b";
  const fields = {
    title: `a${hidden}b`,
    description: `c${hidden}d\r\ne`,
    acceptance: [`f${hidden}g`],
    specialist: `docs${hidden}-writer`,
    phase: "implementation",
    touches: [`src${hidden}/a`],
  };
  const handed = handInTools.map(({ kind, read }) =>
    read({
      tasks: [{ key: "T1", ...fields }],
      changes: [
        { kind: "add", task: fields },
        { kind: "modify", key: "T1", change: fields },
        { kind: "split", key: "T1", parts: [1, 2].map((number) => ({ key: `T${number}`, ...fields })) },
      ],
      questions: [`Why${hidden}?`],
      kind,
    }),
  );
  expect(handed.map(({ kind }) => kind)).toEqual(["tasks", "changes", "questions"]);
  const text = JSON.stringify(handed);
  expect(text).not.toMatch(/\p{Cf}|\\r/u);
  for (const seen of ["ab", "cd\\ne", "fg", "docs-writer", "src/a", "Why?"]) expect(text).toContain(`"${seen}"`);
});
