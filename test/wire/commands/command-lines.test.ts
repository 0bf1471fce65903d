import { describe, expect, test } from "vitest";
import { readComment } from "../../../src/wire/commands/command-lines.ts";

const commandLines = (body: string) => readComment(body).lines;
const texts = (body: string) => commandLines(body).map(({ text }) => text);

describe("a line is read", () => {
  test.each([
    ["in a paragraph", "/approve", ["/approve"]],
    ["among words, with CRLF", "Hello\r\n/add a\r\nthen\r\n/remove T1\r\n\r\nBye", ["/add a", "/remove T1"]],
    ["with lone carriage returns", "Hello\r/add a\r/add b", ["/add a", "/add b"]],
    ["after a byte order mark", "\ufeff/approve", ["/approve"]],
    ["with up to three blanks before it", "   /approve", ["/approve"]],
    ["with trailing blanks and hard breaks", "/add a  \n/add b\\\n/add c", ["/add a", "/add b", "/add c"]],
    ["with its formatting as written", "/add Use **bold** and `code` <b>x</b>", ["/add Use **bold** and `code` x"]],
    ["with escapes and entities as written", "/add a\\*b &amp; ~~c~~", ["/add a\\*b &amp; ~~c~~"]],
    ["with its links", "/discuss [a](https://b.c/d) <https://e.f>", ["/discuss [a](https://b.c/d) <https://e.f>"]],
    ["without a hidden comment in it", "/plan Add login<!-- and delete everything -->", ["/plan Add login"]],
    ["with an address in it", "/plan see https://example.com/a_b_c now", ["/plan see https://example.com/a_b_c now"]],
    ["after a closed details block", "<details>\n\n/approve\n\n</details>\n\n/view", ["/view"]],
    ["after a lone break tag", "hello<br>\n/approve", ["/approve"]],
    ["after a closed comment", "<!-- x -->\n\n/approve", ["/approve"]],
    ["after an anchor", '<a name="x"/>\n\n/approve', ["/approve"]],
    ["with a sign left open in it", "/add Emit <?php\n/view", ["/add Emit <?php", "/view"]],
    ["after a definition", "[a]: b\n/approve", ["/approve"]],
    ["after a quote and an empty line of it", "> a\n>\n/approve", ["/approve"]],
    ["above a table", "/approve\n| a | b |\n| - | - |", ["/approve"]],
    ["after a list with elements in it", "- <b>x\n- y\n\n/approve", ["/approve"]],
    ["after brackets left open", "see [x\n/approve", ["/approve"]],
    ["among other brackets", "- [ ] a\n\n[b] c\n/approve\nd]", ["/approve"]],
    ["after a code span left open", "a `b\n/approve", ["/approve"]],
    ["without what is folded away in it", "/plan a <details>b</details> c", ["/plan a  c"]],
    ["as one when a code span goes on below", "/add a `b\nc` d", ["/add a `b c` d"]],
  ])("%s", (_, body, expected) => {
    expect(texts(body)).toEqual(expected);
  });
});

describe("a line is not read", () => {
  test.each([
    ["in a quote", "> /approve"],
    ["in a quote's lazy continuation", "> quoted\n/approve"],
    ["in fenced code", "```\n/approve\n```"],
    ["in fenced code left open", "```\n/approve"],
    ["in tilde fences", "~~~\n/approve\n~~~"],
    ["in indented code", "text\n\n    /approve"],
    ["in indented code behind a tab", "a\n\n\t/approve"],
    ["in a code span over lines", "`\n/approve\n`"],
    ["in a list", "- /approve"],
    ["in a list's continuation", "- a\n/approve"],
    ["in a numbered list", "1. a\n\n   /approve"],
    ["in an HTML comment", "<!--\n/approve\n-->"],
    ["in an HTML comment with a gap", "<!--\n\n/approve\n\n-->"],
    ["in an inline HTML comment over lines", "hi <!--\n/approve\n-->"],
    ["in an HTML comment that a list began", "- <!--\n\n/approve\n\n-->"],
    ["in an HTML comment that a quote began", "> <!--\n\n/approve\n\n-->"],
    ["in an HTML comment that an element began", "<div><!--\n\n/approve\n\n--></div>"],
    ["in a details block", "<details>\n<summary>x</summary>\n\n/approve\n</details>"],
    ["in a details block never closed", "<details>\n\n/approve"],
    ["in a details block written like an empty one", "<details/>\n\n/approve"],
    ["in a details block begun on a line of words", "hi <details>\n\n/approve"],
    ["in a details block behind an empty comment", "<!--><details>\n\n/approve\n\n--></details>"],
    ["in a details block closed only in an attribute", '<details>\n\n<i title="</details>">\n\n/approve'],
    ["in a details block closed only in a long attribute", '<details>\n\n<div title="\n\n</details>">\n\n/approve'],
    ["in a details block closed only in a comment", "<details>\n<!-- </details> -->\n\n/approve"],
    ["in a details block closed only in a declaration", "<details>\n<![CDATA[ </details> ]]>\n\n/approve"],
    ["in a details block closed only in raw text", "<details>\n<textarea></details></textarea>\n\n/approve"],
    ["in a details block closed only in a table", "<details>\n<table></details>\n\n/approve"],
    ["in an inline element over lines", "hi <span>\n/approve\n</span>"],
    ["in preformatted text", "<pre>\n/approve\n</pre>"],
    ["in an attribute over lines", 'hi <a title="\n/approve\n">x</a>'],
    ["in a link's text", "[a\n/approve\nb](https://example.com)"],
    ["in a link's title", '[a](https://example.com "\n/approve\n")'],
    ["in a picture's description", "![a\n/approve\nb](https://example.com)"],
    ["in a link's title behind very many brackets", `${"[".repeat(40)}a${"]".repeat(40)}(b "\n/approve\n")`],
    ["in a definition's title", '[a]: https://example.com "\n/approve\n"'],
    ["in struck text", "~~a\n/approve\nb~~"],
    ["in a heading", "# /approve"],
    ["in an underlined heading", "/approve\n==="],
    ["in a table", "| a |\n| - |\n/approve"],
    ["as the head of a table", "/approve | b\n--- | ---\nc | d"],
    ["as the head of a table of one column", "/approve\n|-|\n/approve"],
    ["as the head of a table without bars", "/approve\n:-\n/approve"],
    ["in a heading that looks like a table", "/approve\n|b\n---"],
    ["in a quote that begins with a definition", "> [a]: b\n/approve"],
    ["in a list that begins with a definition", "- [a]: b\n/approve"],
    ["in a declaration", "a <!X\n/approve\nb>"],
    ["in a comment behind another left open", "a <![CDATA[ b <!--\n/approve\n-->"],
    ["in preformatted text below a definition", "[a]: b\n    <pre>\n/approve"],
    ["in a processing instruction", "a <?\n/approve\n?>"],
    ["in a details block closed by an element around it", "<b><details></b>\n\n/approve"],
    ["in a details block with an attribute never closed", '<details><i title="</details>\n\n/approve'],
    ["in code that a list began", "- <code>\n\n/approve"],
    ["in a table that a quote began", "> <table>\n\n/approve"],
    ["in a footnote below words", "a\n[^1]: x\n/approve"],
    ["in a footnote", "[^1]: x\n/approve"],
    ["in a footnote of several words", "[^1]: x y\n/approve"],
    ["in a footnote's paragraph", "[^a]: x\n\n    /approve\n"],
    ["lazily below a footnote's paragraph", "[^a]: x\n\n    y\n/approve"],
    ["lazily below a footnote's list", "z[^a]\n\n[^a]: x\n\n    - y\n/approve"],
    ["in the title of a definition whose address is dropped", "[x]: javascript:a '\n/approve r2\n'"],
    ["in the title of a link whose address is dropped", 'Hi [a](javascript:x "\n/approve\n") there'],
    ["in the title of an image whose address is dropped", '![a](data:text/html "\n/approve\n")'],
    ["in the title of a link with a disguised address", 'Hi [a](&#106;avascript:x "\n/approve\n") there'],
    ["lazily below an indented line of a quote", "> x\n\t>~~~\n/add x"],
    ["in mathematics", "$$\n/approve r2\n$$"],
    ["when the slash is escaped", "\\/approve"],
    ["when the slash is an entity", "&#47;approve"],
    ["when the slash is full-width", "\uff0fapprove"],
    ["when the slash is another sign", "\u2215approve\n\u2044approve\n\u29f8approve"],
    ["when something hidden stands before it", "\u200b/approve\n\u2060/approve\n\u202e/approve"],
    ["when a wide blank stands before it", "\u00a0/approve\n\u3000/approve"],
    ["in the middle of a line", "please /approve"],
    ["beyond GitHub's limit", `${"x".repeat(65_540)}\n\n/approve`],
  ])("%s", (_, body) => {
    expect(texts(body)).toEqual([]);
  });

  test.each(["\u2028", "\u2029", "\u0085", "\v", "\f"])("behind %j, which ends no line in Markdown", (end) => {
    expect(texts(`please${end}/approve`)).toEqual([]);
    expect(texts(`${end}/approve`)).toEqual([]);
    expect(texts(`/view${end}/approve`)).toHaveLength(1);
    expect(texts(`> quoted${end}/approve`)).toEqual([]);
  });
});

describe("a fenced block", () => {
  test.each([
    ["right below", "/add a\n```\nb\nc\n```"],
    ["behind a blank line", "/add a\n\n```yaml\nb\nc\n```"],
    ["with tildes and CRLF", "/add a\r\n~~~\r\nb\r\nc\r\n~~~\r\n"],
    ["never closed", "/add a\n```\nb\nc"],
    ["below the last line of a paragraph", "hello\n/add a\n```\nb\nc\n```\nmore"],
  ])("belongs to its command %s", (_, body) => {
    expect(commandLines(body)).toEqual([{ text: "/add a", block: expect.stringMatching(/^b\nc\n?$/) }]);
  });

  test.each([
    ["words lie between", "/add a\nhello\n```\nb\n```"],
    ["another paragraph lies between", "/add a\n\nhello\n\n```\nb\n```"],
    ["a hidden comment lies between", "/add a\n\n<!-- -->\n\n```\nb\n```"],
    ["it lies in a list", "/add a\n\n- ```\n  b\n  ```"],
    ["it is indented code", "/add a\n\n    b"],
    ["an element is left open", "/add a <details>\n\n```\nb\n```"],
  ])("is nobody's when %s", (_, body) => {
    expect(commandLines(body)).toEqual([expect.objectContaining({ text: "/add a" })]);
    expect(commandLines(body)[0]).not.toHaveProperty("block");
  });

  test("belongs to the nearest of several commands, each to its own", () => {
    expect(commandLines("/add a\n/add b\n```\nc\n```\n/add d\n```\n/approve\n```")).toEqual([
      { text: "/add a" },
      { text: "/add b", block: "c\n" },
      { text: "/add d", block: "/approve\n" },
    ]);
  });
});

describe("what stands below the only command", () => {
  test.each([
    ["the same paragraph", "/plan Add OAuth\nIt should know Google.", "It should know Google."],
    ["paragraphs and lists", "hi\n\n/plan Add\n\nIt knows:\n\n- a\n- b\n", "It knows:\n\n- a\n- b"],
    ["a quote, as it was written", "/discuss this\n\n> quoted", "> quoted"],
  ])("is told: %s", (_, body, below) => {
    expect(commandLines(body)).toEqual([expect.objectContaining({ below })]);
  });

  test.each([
    ["hidden", "/plan Add\n\n<!-- secret -->\n\n<details>\n\nfolded\n\n</details>"],
    ["there beside a fenced block of its own", "/add a\n```\nb\n```\nc"],
    ["there below one of several", "/add a\nwords\n\n/add b\nwords"],
  ])("is not told when it is %s", (_, body) => {
    for (const line of commandLines(body)) expect(line).not.toHaveProperty("below");
  });
});
