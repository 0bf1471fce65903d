import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { issueText } from "../../../src/cli/client/new-issue.ts";
import { writeCommand } from "../../../src/cli/plans/write-command.ts";
import { commandFor } from "../../../src/cli/tasks/submit.ts";
import { parseCommands } from "../../../src/wire/commands/parse-commands.ts";
import { visibleText } from "../../../src/wire/visible-text.ts";

/** What Markdown, HTML and the commands themselves make something of. */
const pieces = [
  ..."< > <script> </b> <!-- --> <a\u0020href='x'> <https://a.test> a<b Map<string, ` `` ``` ```` ~~~ | || --- === / /cancel".split(
    " ",
  ),
  ..."/coppice @coppice # - 1. > * ** ~~ [x](y) [x]: y ![x](y) &lt; \\ \\< agent:x priority:high foo:bar T1 Q1 into 3".split(
    " ",
  ),
  ...[
    "\n",
    "\n\n",
    "\r\n",
    "\n    ",
    "\t",
    "  ",
    "\u2028",
    "\u200b",
    "\0",
    "[x](y 'z')",
    "words",
    "title:",
    "after T1",
  ],
];
const nasty = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), {
  minLength: 1,
  maxLength: 8,
});
const texts = fc.tuple(nasty, fc.constantFrom("", " ")).map(([parts, gap]) => parts.join(gap));
const shown = (text: string) => visibleText(text).trim();

/** What the thread reads, wherever only one form counts. */
function read(text: string) {
  const lines = parseCommands(text, { prefixed: true, mention: "coppice" });
  expect(parseCommands(text, { prefixed: false, mention: "coppice" })).toEqual(lines);
  expect(lines.map(({ kind }) => kind)).toEqual(["command"]);
  return lines[0]?.kind === "command" ? lines[0].command : undefined;
}

describe("what is typed at the terminal", () => {
  it("is read in the thread as the very same goal, whatever it is made of", () => {
    const law = fc.property(texts, (text) => {
      fc.pre(shown(text) !== "");
      const plan = writeCommand("plan", text);
      expect(plan.kind === "written" && read(plan.text)).toEqual({ verb: "plan", text: shown(text) });
      const goal = shown(text);
      expect(read(commandFor(text, { decompose: true }))).toEqual({ verb: "submit", decompose: goal });
    });
    fc.assert(law, { numRuns: 400 });
  });

  it("is a task with the same title, but for backticks around what looks like a tag, or is refused", () => {
    const bare = (text: string) => text.replaceAll("`", "");
    const law = fc.property(texts, (text) => {
      const [title = "", ...more] = shown(text).split("\n");
      let written: string;
      try {
        written = commandFor(text, { decompose: false, agent: "docs-writer" });
      } catch (error) {
        expect(error).toMatchObject({ code: "bad-input" });
        return;
      }
      const options = /(?:\s+(?:priority:high|after T1))*$/;
      const command = read(written);
      expect(command).toMatchObject({ verb: "submit", specialist: "docs-writer" });
      if (command?.verb !== "submit" || !("title" in command)) return;
      expect(bare(command.title)).toBe(bare(title.trim().replace(options, "")));
      expect(command.description).toBe(more.join("\n").trim() || undefined);
    });
    fc.assert(law, { numRuns: 400 });
  });

  it("is the goal in the issue's thread: a tag, a list, a command, a fence", () => {
    const goal = "Escape <script> in comments\n- `<b>`\n/cancel\n```\nx\n```";
    const written = writeCommand("plan", goal);
    expect(written.kind === "written" && read(written.text)).toEqual({ verb: "plan", text: goal });
  });

  it("is below the line when it has several", () => {
    expect(writeCommand("plan", "Greet\n\nBy name")).toEqual({
      kind: "written",
      text: "/coppice plan\n```\nGreet\n\nBy name\n```",
    });
  });

  it("is refused before an issue is opened when it is too long", () => {
    expect(writeCommand("plan", "x".repeat(4_001))).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("the goal has 4001 characters; at most 4000 are allowed"),
    });
  });
});

describe("the issue it opens", () => {
  it.each([
    ["Greet people", { title: "Greet people", body: "" }],
    ["Greet people\r\n\r\nBy name.", { title: "Greet people", body: "By name." }],
  ])("%j says its first line once", (text, issue) => expect(issueText(text)).toEqual(issue));

  it("has the whole text below a title that is cut", () => {
    const text = `${"x".repeat(201)}\nmore`;
    expect(issueText(text)).toEqual({ title: `${"x".repeat(199)}…`, body: text });
  });
});
