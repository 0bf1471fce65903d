import { expect, it } from "vitest";
import type { Row } from "../rows.ts";
import { formatDocument } from "./document.ts";
import type { Result } from "./results.ts";
import { replaced } from "./results.ts";

const row: Row = {
  row: 1,
  promise: "A task never has two owners",
  parts: [
    { name: "over file", unit: "rounds", quick: 1, full: 1_000 },
    { name: "over http", unit: "rounds", quick: 1, full: 200 },
  ],
};
const result: Result = {
  ...{ row: 1, part: "over file", count: 1_000, seed: 7, seconds: 90, at: "2026-01-02T03:04:05Z" },
  facts: { claims: 50_000, "told wrongly": 0 },
};

it("the document shows what was observed, and says of the rest that it was not run", () => {
  const lines = formatDocument([row], [result]).split("\n");
  expect(lines).toContain(
    "| 1 | A task never has two owners | over file: 1,000 rounds | 50,000 claims, 0 told wrongly | 7 | 2026-01-02 |",
  );
  expect(lines).toContain("| 1 | A task never has two owners | over http: 200 rounds | not run yet |  |  |");
  expect(lines).toContain("Added up, the parts took 2 minutes on a machine with two cores and other work.");
});

it("a newer result takes the place of the one before, and of no other", () => {
  const [http, newer] = [
    { ...result, part: "over http" },
    { ...result, seed: 8 },
  ];
  expect(replaced([result, http], [newer])).toEqual([http, newer]);
});
