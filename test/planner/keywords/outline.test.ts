import { describe, expect, test } from "vitest";
import { outlineOf } from "../../../src/planner/keywords/outline.ts";
import { piecesOf, thingsIn } from "../../../src/planner/keywords/things.ts";
import { wishesIn } from "../../../src/planner/keywords/wishes.ts";
import { isEnglish, joinedTitles, subjectOf, titleOf } from "../../../src/planner/keywords/wording.ts";

const items = (text: string) => outlineOf(text).items.map((item) => item.text);

describe("the outline of a text", () => {
  test.each<[string, readonly string[]]>([
    [
      "Goal\n\n- one\n* two\n+ three\n1. four\n2) five\n- [ ] six\n- [x] done",
      ["one", "two", "three", "four", "five", "six"],
    ],
    ["Goal\r\n- **bold** and `code`\n- [a link](https://example.com/x)".replace("\r", ""), ["bold and code", "a link"]],
    ["Goal\n\n## Tasks\n- a part\n## Notes\n- a note\n## Other\n- an other", ["a part"]],
    ["Goal\n\n## Notes\n- a note\n## Other\n- an other", ["an other"]],
    ["Goal\n**Scope**\n- in\n**Out of scope**\n- out", ["in"]],
    ["Goal\n\nTo do:\n- this\n\nEnvironment:\n- Node 20", ["this"]],
    ["Goal\n```\n- code\n```\n> - quoted\n<!--\n- hidden\n-->\n- seen", ["seen"]],
    ["Goal\n```\n- an open fence hides the rest", []],
    ["Goal\n- I have searched the issues\n- , \n- real", ["real"]],
    ["Goal\n- top\n  - below\n\t- tabbed", ["top"]],
    ["タスク:\n- 画面を作る", ["画面を作る"]],
  ])("%j lists %j", (text, expected) => {
    expect(items(text)).toEqual(expected);
  });

  test("knows by what it is judged, what is below an item, and what it is about", () => {
    const outline = outlineOf("# The *title*\n\n- top\n  - below\n\n## Definition of done\n- it runs");
    expect(outline).toMatchObject({ lead: "The title", acceptance: ["it runs"] });
    expect(outline.items).toEqual([{ text: "top", details: ["below"] }]);
  });
});

test.each<[string, object]>([
  ["Build it with search, filters and export", { things: ["search", "filters", "export"], main: "Build it" }],
  ["Add the login and logout pages", { things: [] }],
  ["Do one thing", { things: [] }],
  ["Write a, b, and c modules", { things: ["the a module", "the b module", "the c module"], verb: "Write" }],
  ["Add a page with tests and documentation", { things: [], main: "Add a page" }],
  ["Build a site with React and a blog", { things: ["blog"] }],
  ["Set up CI with GitHub Actions", { things: [] }],
  ["Ein Kalender mit Suche und Export", { things: ["Suche", "Export"] }],
])("the things in %j", (line, things) => {
  expect(thingsIn(line)).toMatchObject(things);
});

test("pieces are parted by commas and by words for and", () => {
  expect(piecesOf("a, b and c & d、e und f")).toEqual(["a", "b", "c", "d", "e", "f"]);
});

test.each<[string, readonly string[], number | undefined]>([
  ["without docs", ["documentation"], undefined],
  ["Skip the design and the tests, please", ["design", "tests"], undefined],
  ["there is no way to test this", [], undefined],
  ["at most 3 tasks", [], 3],
  ["in 5 steps", [], 5],
  ["only one task, in a single task", [], 1],
  ["höchstens 4 Aufgaben, ohne Dokumentation", ["documentation"], 4],
  ["at most 0 tasks", [], undefined],
])("the wishes in %j", (guidance, without, atMost) => {
  const wishes = wishesIn(guidance);
  expect([...wishes.without]).toEqual(without);
  expect(wishes.atMost).toBe(atMost);
});

test.each([
  ["feat(api): add paging.", "Add paging"],
  ["[Feature Request] Dark mode!", "Dark mode"],
  ["Could you please make it faster?", "Make it faster"],
  ["We should drop Node 18", "Drop Node 18"],
  ["???", "The goal"],
])("the subject of %j is %j", (lead, subject) => {
  expect(subjectOf(lead)).toBe(subject);
});

test("items become titles, titles are joined, languages told apart", () => {
  expect(titleOf("typing indicator")).toBe("Build typing indicator");
  expect(titleOf("store sessions in Redis: they must survive a restart")).toBe("Store sessions in Redis");
  expect(joinedTitles(["Build a", "Build b", "Build c"])).toBe("Build a, b and c");
  expect(joinedTitles(["Write the parser", "Add tests", "CLI"])).toBe("Write the parser, add tests and CLI");
  expect(["Add a page", "Baue eine Seite mit Suche", "画面", "Parser"].map(isEnglish)).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
