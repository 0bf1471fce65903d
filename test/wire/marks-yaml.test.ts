import { describe, expect, test } from "vitest";
import type { Marks } from "../../src/wire/marks-yaml.ts";
import { formatMarks, parseMarks } from "../../src/wire/marks-yaml.ts";

const marks: Marks = {
  version: 1,
  birth: "2026-01-01T00:00:00Z",
  since: "2026-01-02T00:00:00Z",
  applied: [{ id: 7, at: "2026-01-02T00:00:01Z" }],
};
const intent = { comment: 8, hub: "hub-1", nonce: "n", at: "2026-01-02T00:00:02Z" };

describe("how far comments have been dealt with", () => {
  test.each([marks, { ...marks, intents: [intent] }, { ...marks, applied: [] }])(
    "%j reads back as it was written",
    (value) => {
      expect(parseMarks(formatMarks(value))).toEqual(value);
    },
  );

  test.each([
    ["a version there never was", formatMarks(marks).replace("version: 1", "version: 0"), "marks.yaml:1: version"],
    ["a key nobody knows", `${formatMarks(marks)}hubs: []\n`, "marks.yaml:7: "],
    [
      "an intent without a hub",
      formatMarks({ ...marks, intents: [intent] }).replace(/ +hub: .*\n/, ""),
      "intents.0.hub",
    ],
    ["24 kB of brackets", "[".repeat(24_000), "nested deeper"],
  ])("%s is refused with the place", (_, text, line) => {
    expect(() => parseMarks(text)).toThrow(expect.objectContaining({ code: "ledger-invalid" }));
    expect(() => parseMarks(text)).toThrow(line);
  });

  test("what a newer Coppice wrote is told apart from what is broken", () => {
    const text = `${formatMarks(marks).replace("version: 1", "version: 2")}more: is said\n`;
    expect(() => parseMarks(text)).toThrow(expect.objectContaining({ code: "ledger-newer" }));
    expect(() => parseMarks(text)).toThrow("version 2 is of a newer Coppice");
  });
});
