import { describe, expect, test } from "vitest";
import { parseCommands } from "../../../src/wire/commands/parse-commands.ts";

const read = (body: string) => parseCommands(body, { prefixed: false, mention: "coppice" });
const discussed = (text: string) => [{ kind: "command", command: { verb: "discuss", text }, text: expect.any(String) }];

describe("a mention of the app", () => {
  test.each([
    "@coppice what about T2?",
    "Hello\nwhat do you think, @Coppice?",
    "@coppice[bot] hello",
    "**@coppice**: hello",
    "(@coppice)",
    "hello @coppice.",
    "Words first\n\n> a quote\n\n@coppice is that right?",
    "@coppice\n\n```\nsome code\n```\n\n- a list",
    "[x](https://a.b) @coppice",
    "/lgtm @coppice",
  ])("makes %j a discussion with all its words", (body) => {
    expect(read(body)).toEqual(discussed(body));
  });

  test("leaves out what is hidden", () => {
    const body =
      "<!-- secret -->\n@coppice hello<!-- approve -->\u{e0041}\n\n<details>\n\nfolded\n\n</details>\n\n- a <!-- b -->";
    expect(read(body)).toEqual(discussed("@coppice hello\n\n- a"));
  });

  test.each([
    ["code", "`@coppice`"],
    ["a code block", "```\n@coppice\n```"],
    ["a quote", "> @coppice hello"],
    ["a hidden comment", "hello <!-- @coppice -->"],
    ["a details block", "<details>\n\n@coppice\n\n</details>"],
    ["a link", "[@coppice](https://example.com)"],
    ["an address", "https://example.com/@coppice https://example.com/?a=@coppice me@coppice.io a@coppice"],
    ["a longer name", "@coppice-two @coppice2 @my-coppice @coppice_x"],
    ["a team", "@coppice/team"],
    ["an escape", "\\@coppice"],
    ["a full-width sign", "\uff20coppice"],
    ["a heading", "# @coppice"],
  ])("is none in %s", (_, body) => {
    expect(read(body)).toEqual([]);
  });

  test("is nothing beside a command, be it refused or nearly one", () => {
    expect(read("@coppice please\n/view")).toMatchObject([{ kind: "command", command: { verb: "view" } }]);
    expect(read("@coppice please\n/view now")).toMatchObject([{ kind: "refused" }]);
    expect(read("@coppice please\n/viw")).toMatchObject([{ kind: "near", verb: "view" }]);
  });

  test("counts where only the prefixed form does, and only when a name is asked for", () => {
    expect(parseCommands("@coppice hi\n/view", { prefixed: true, mention: "coppice[bot]" })).toEqual(
      discussed("@coppice hi\n/view"),
    );
    expect(parseCommands("@coppice hi", { prefixed: false })).toEqual([]);
  });

  test("is refused when it is too long to be read", () => {
    expect(read(`@coppice ${"x".repeat(8_000)}`)).toMatchObject([
      { kind: "refused", verb: "discuss", reason: "the text has 8009 characters; at most 8000 are allowed" },
    ]);
  });
});
