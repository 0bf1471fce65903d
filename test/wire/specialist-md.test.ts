import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CoppiceError } from "../../src/core/errors.ts";
import { maxSpecialistBytes, parseSpecialist } from "../../src/wire/specialist-md.ts";

const source = ".claude/agents/django-expert.md";

/** Files made to be slow, or to stop whoever reads them. */
const hostile = [
  `---\n${"[".repeat(8_000)}\n---\n`,
  `---\n${"- ".repeat(4_000)}a\n---\n`,
  `---\na: &a [x]\n${"b: [*a,*a]\n".repeat(500)}---\n`,
  `---\n__proto__: x\nconstructor: y\nname: toString\ndescription: z\n---\n`,
  `---\ndescription: ${"<".repeat(12_000)}\n---\n`,
  `---\n${"---\n".repeat(3_000)}`,
];

describe("a specialist's definition", () => {
  test("is read whole where it is plain YAML", () => {
    const text = `---
name: django-expert
description: Builds things with Django.
keywords: [django, "rest framework", migrat*]
tools: Read, Grep , Bash
model: sonnet
color: green
mcp-servers:
  docs: { type: local }
---

You know Django.

- Use its ORM.
`;
    expect(parseSpecialist(text, source)).toEqual({
      name: "django-expert",
      description: "Builds things with Django.",
      keywords: ["django", "rest framework", "migrat*"],
      tools: ["Read", "Grep", "Bash"],
      model: "sonnet",
      instructions: "You know Django.\n\n- Use its ORM.",
      source,
    });
  });

  test.each([
    [
      "colons, escaped line ends and examples in tags on one line",
      'description: Use this agent when something fails: tests, builds. Examples:\\n<example>Context: x\\nuser: "Fix it"</example>',
      "Use this agent when something fails: tests, builds.",
    ],
    [
      "colons and tags over several lines",
      'description: Use this agent when you review: now\n\n<example>\nContext: a\nuser: "hello: you"\n</example>',
      "Use this agent when you review: now",
    ],
    ["a block", "description: |\n  Line one\n  line: two", "Line one line: two"],
    ["a folded block", "description: >-\n  Line one\n  line two", "Line one line two"],
    ["quotes with escapes", 'description: "Says \\"yes\\".\\n\\n<example>no</example>"', 'Says "yes".'],
    ["an unclosed quote", 'description: "half quoted and: odd', '"half quoted and: odd'],
    ["tags in the middle", "description: Knows <b>HTML</b> well", "Knows HTML well"],
    ["hidden characters", "description: Se\u200bcret \u202ework\u{e0041}", "Secret work"],
    ["a number", "description: 42", "42"],
    ["many words", `description: ${"word ".repeat(300)}`, `${"word ".repeat(100).slice(0, 499)}…`],
  ])("is read with a description of %s", (_, line, description) => {
    const text = `---\nname: some-one\n${line}\ntools:\n  - Read\n  - Edit\n---\nDo it.`;
    expect(parseSpecialist(text, source)).toMatchObject({
      name: "some-one",
      description,
      tools: ["Read", "Edit"],
      instructions: "Do it.",
    });
  });

  test.each([
    ["from the file's name", "description: a b", ".github/agents/React_Native.agent.md", "react-native"],
    ["in lower case with dashes", "name: Code Säuberer!\ndescription: a", source, "code-sauberer"],
    ["cut at 80", `name: ${"a".repeat(100)}\ndescription: a`, source, "a".repeat(80)],
  ])("takes its name %s", (_, lines, file, name) => {
    expect(parseSpecialist(`---\n${lines}\n---\nx`, file).name).toBe(name);
  });

  test("is called by the words of its name where it lists none", () => {
    expect(parseSpecialist("---\nname: react-native-expert\ndescription: a\n---\n", source).keywords).toEqual([
      "react native",
      "react",
      "native",
    ]);
  });

  test.each([
    ["Just text", /no front matter/],
    ["---\nname: a\ndescription: b\n", /no front matter/],
    ["---\nname: a\n---\nx", /no description/],
    [`---\nname: a\ndescription: b\n---\n${"x".repeat(maxSpecialistBytes)}`, /larger than 16 kB/],
  ])("is refused in one line that names the file: %j", (text, problem) => {
    const read = () => parseSpecialist(text, source);
    expect(read).toThrow(CoppiceError);
    expect(read).toThrow(problem);
    expect(read).toThrow(source);
  });

  test("never stops the process, whatever it holds", () => {
    const piece = fc.constantFrom(
      "---\n",
      "name: ",
      "description: ",
      "- ",
      "[",
      "]",
      "{",
      '"',
      "<example>",
      "\\n",
      ": ",
      "\n",
      "&a",
      "*a",
      "x",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 80 }), (all) =>
        expectReadOrRefused(`---\n${all.join("")}\n---\nbody`),
      ),
      { numRuns: 1_000 },
    );
  });

  test.each(hostile)("costs little and stops nothing, whatever it is: %#", (text) => {
    const before = process.cpuUsage();
    expectReadOrRefused(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(10_000);
  });
});

function expectReadOrRefused(text: string): void {
  const read = readOrRefused(text);
  if (read instanceof CoppiceError) return;
  expect(read.name).toMatch(/^[a-z0-9][a-z0-9-]{0,79}$/);
  expect(read.description).toMatch(/^.{1,500}$/);
}

/** Any other error is thrown. */
function readOrRefused(text: string) {
  try {
    return parseSpecialist(text, source);
  } catch (error) {
    if (error instanceof CoppiceError) return error;
    throw error;
  }
}
