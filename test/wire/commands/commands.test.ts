import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandLines } from "../../../src/wire/commands/command-lines.ts";
import { formatHelp } from "../../../src/wire/commands/format-help.ts";
import { changesPlan, parseCommands } from "../../../src/wire/commands/parse-commands.ts";
import { commandRows, nearVerb, verbs } from "../../../src/wire/commands/registry.ts";

const plain = { prefixed: false };

describe("which lines are commands", () => {
  test.each([
    ["a line of a paragraph", "/approve", ["/approve"]],
    [
      "several lines, CRLF, words between",
      "Hello\r\n/add a\r\nthen\r\n/remove T1\r\n\r\nBye",
      ["/add a", "/remove T1"],
    ],
    ["up to three blanks before", "   /approve", ["/approve"]],
    ["trailing blanks and a hard break", "/add a  \n/add b\\\n/add c", ["/add a", "/add b", "/add c"]],
    ["formatting inside stays as written", "/add Use **bold** and `code` <b>x</b>", ["/add Use **bold** and `code` x"]],
    ["a hidden comment inside is left out", "/plan Add login<!-- and delete everything -->", ["/plan Add login"]],
    ["a link in it", "/plan see https://example.com/a_b_c now", ["/plan see https://example.com/a_b_c now"]],
    ["after a closed details block", "<details>\n\n/approve\n\n</details>\n\n/view", ["/view"]],
    ["after a lone break tag", "hello<br>\n/approve", ["/approve"]],
  ])("%s", (_, body, expected) => {
    expect(commandLines(body).map(({ text }) => text)).toEqual(expected);
  });

  test.each([
    ["a quote", "> /approve"],
    ["a quote's lazy continuation", "> quoted\n/approve"],
    ["fenced code", "```\n/approve\n```"],
    ["fenced code left open", "```\n/approve"],
    ["indented code", "text\n\n    /approve"],
    ["a code span over lines", "`\n/approve\n`"],
    ["a list", "- /approve"],
    ["a list's continuation", "- a\n/approve"],
    ["a numbered list", "1. a\n\n   /approve"],
    ["an HTML comment", "<!--\n/approve\n-->"],
    ["an HTML comment with a gap", "<!--\n\n/approve\n\n-->"],
    ["an inline HTML comment over lines", "hi <!--\n/approve\n-->"],
    ["a details block", "<details>\n<summary>x</summary>\n\n/approve\n</details>"],
    ["a details block never closed", "<details>\n\n/approve"],
    ["an inline element over lines", "hi <span>\n/approve\n</span>"],
    ["a heading", "# /approve"],
    ["an underlined heading", "/approve\n==="],
    ["a table", "| a |\n| - |\n/approve"],
    ["an escaped slash", "\\/approve"],
    ["an entity", "&#47;approve"],
    ["a full-width slash", "\uff0fapprove"],
    ["the middle of a line", "please /approve"],
    ["a footnote", "[^1]: x\n    /approve\n"],
    ["a tab before", "a\n\n\t/approve"],
  ])("not in %s", (_, body) => {
    expect(commandLines(body)).toEqual([]);
  });
});

describe("what a line means", () => {
  const command = (body: string) => parseCommands(body, plain)[0];

  test.each([
    ["/plan", { verb: "plan" }],
    ["/Plan Add OAuth login", { verb: "plan", text: "Add OAuth login" }],
    ["/coppice plan Add OAuth", { verb: "plan", text: "Add OAuth" }],
    ["/coppice /plan Add OAuth", { verb: "plan", text: "Add OAuth" }],
    ["/coppice", { verb: "help" }],
    ["/add Clean up after deploy", { verb: "add", title: "Clean up after deploy" }],
    [
      "/add Write docs after t1, T2 and T3 agent:docs-writer priority:HIGH",
      { verb: "add", title: "Write docs", needs: ["T1", "T2", "T3"], specialist: "docs-writer", priority: "high" },
    ],
    ["/add Docs priority:low after T1", { verb: "add", title: "Docs", needs: ["T1"], priority: "low" }],
    ["/remove t3", { verb: "remove", key: "T3" }],
    ["/modify T2 Use PostgreSQL", { verb: "modify", key: "T2", text: "Use PostgreSQL" }],
    [
      "/modify T2: title: New title agent:test-engineer",
      { verb: "modify", key: "T2", title: "New title", specialist: "test-engineer" },
    ],
    ["/modify T2 after nothing", { verb: "modify", key: "T2", needs: [] }],
    ["/approve", { verb: "approve", anyway: false }],
    ["/proceed R7", { verb: "approve", revision: 7, anyway: false }],
    ["/view", { verb: "view" }],
    ["/status", { verb: "status" }],
    ["/help", { verb: "help" }],
  ])("%s", (body, expected) => {
    expect(command(body)).toEqual({ kind: "command", command: expected, text: body });
  });

  test.each([
    ["/remove", "/remove needs one task; read ``, write for example /remove T2"],
    ["/remove T0", "/remove needs one task; read `T0`, write for example /remove T2"],
    ["/remove T1 T2", "/remove needs one task; read `T1 T2`, write for example /remove T2"],
    ["/add after T1", "/add needs a title; write for example /add Write the user guide after T3"],
    [
      "/add x priority:urgent",
      "`priority:urgent` is no priority; write priority:high, priority:normal or priority:low",
    ],
    ["/add x agent:../y", "`agent:../y` names no specialist; write for example agent:test-engineer"],
    ["/add x after T1 after T2", "`x after T1 after T2` says needs twice; say it once"],
    [`/add ${"x".repeat(121)}`, "the title has 121 characters; at most 120 are allowed"],
    ["/modify", "/modify needs a task first; read ``, write for example /modify T2 Use PostgreSQL"],
    ["/modify T2", "say what to change; write for example /modify T2 Use PostgreSQL"],
    ["/modify T2 title:", "the title is empty; write for example /modify T2 title: Store sessions"],
    [
      "/approve --anyway",
      "/approve knows no `--anyway`; write /approve, or with the revision you read, for example /approve r7",
    ],
    ["/approve 7", "/approve knows no `7`; write /approve, or with the revision you read, for example /approve r7"],
    ["/view please", "/view takes nothing after it; read `please`, write /view alone"],
    ["/coppice dance", "`dance` is no command; /coppice help shows what there is"],
    ["/coppice aprove", "`aprove` is no command; did you mean /coppice approve?"],
    [
      `/plan ${"x".repeat(4001)}`,
      "the goal has 4001 characters; at most 4000 are allowed: put the rest into the issue's text",
    ],
  ])("%s is refused", (body, reason) => {
    expect(command(body)).toEqual({ kind: "refused", reason, text: body });
  });

  test("strangers' verbs and paths are none of our business, a slip is noticed", () => {
    expect(parseCommands("/lgtm\n/merge now\n/usr/bin/plan\n/planning x\n/", plain)).toEqual([]);
    expect(parseCommands("/aprove r1\n/stauts", plain)).toEqual([
      { kind: "near", verb: "approve", text: "/aprove r1" },
      { kind: "near", verb: "status", text: "/stauts" },
    ]);
    expect(["plan", "pan", "plna", "palm", "ad", "addd", "lgtm", "hold", "approved"].map(nearVerb)).toEqual([
      undefined,
      "plan",
      "plan",
      undefined,
      "add",
      "add",
      undefined,
      undefined,
      "approve",
    ]);
  });

  test.each(["**a\n/approve**", "[a\n/approve](https://example.com)", "/approve, please", "/approve."])(
    "%j is no command, because no verb stands alone there",
    (body) => {
      expect(parseCommands(body, plain)).toEqual([]);
    },
  );

  test("in prefixed mode only /coppice counts", () => {
    expect(parseCommands("/approve\n/aprove\n/coppice view", { prefixed: true })).toEqual([
      { kind: "command", command: { verb: "view" }, text: "/coppice view" },
    ]);
  });

  test("hidden characters are no part of what is read", () => {
    expect(command("/plan Add\u200b OAuth\u202e login\u{e0041}")).toMatchObject({
      command: { text: "Add OAuth login" },
    });
  });

  test("twenty commands are read in order, more are refused together", () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `/add task ${n}`).join("\n");
    expect(parseCommands(many(20), plain).map((line) => line.text)).toEqual(many(20).split("\n"));
    expect(parseCommands(many(21), plain)).toMatchObject([
      { kind: "refused", reason: "21 commands in one comment; at most 20 are allowed" },
    ]);
  });

  test("which commands change the plan is told", () => {
    expect(changesPlan([{ verb: "view" }, { verb: "approve", anyway: false }])).toBe(false);
    expect(changesPlan([{ verb: "remove", key: "T1" }])).toBe(true);
  });
});

describe("the registry", () => {
  test("every row's examples are understood and the help shows every verb", () => {
    for (const verb of verbs) {
      for (const example of commandRows[verb].examples) {
        expect(parseCommands(example, plain)).toMatchObject([{ kind: "command", command: { verb } }]);
      }
      expect(formatHelp(false)).toContain(`| \`/${verb}`);
      expect(formatHelp(true)).toContain(`| \`/coppice ${verb}`);
    }
    expect([...verbs].sort()).toEqual(Object.keys(commandRows).sort());
  });
});

describe("hostile comments", () => {
  const tail = "\n\n/approve";
  test.each([
    ["nested quotes", `${">".repeat(30_000)}x`],
    ["nested lists", `${"- ".repeat(15_000)}x`],
    ["numbered lists", `${"1. ".repeat(15_000)}x`],
    ["brackets", "[".repeat(30_000)],
    ["images", "![".repeat(30_000)],
    ["stars", "*a ".repeat(10_000)],
    ["stars and underscores", "*_".repeat(30_000)],
    ["backticks", Array.from({ length: 150 }, (_, n) => "`".repeat(n)).join(" ")],
    ["angle brackets", "<".repeat(30_000)],
    ["open comments", "<!--".repeat(15_000)],
    ["open tags", "a <b".repeat(15_000)],
    ["tags", "a <b>".repeat(5_000)],
    ["tildes", "~a~~".repeat(15_000)],
    ["addresses", "a@b.c ".repeat(10_000)],
    ["links", "www.a.b/".repeat(8_000)],
    ["a table", `|a${"|b".repeat(20_000)}\n|-${"|-".repeat(20_000)}\n`],
    ["blanks", " ".repeat(60_000)],
    ["tabs and quotes", "\t>".repeat(20_000)],
    ["references", "[a]: b\n".repeat(3_000)],
    ["slashes", "/a\n".repeat(10_000)],
    ["footnotes", "[^a]".repeat(15_000)],
  ])("%s cost little and break nothing", (_, body) => {
    const started = performance.now();
    for (const text of [body + tail, `/view\n${body}`]) {
      expect(() => parseCommands(text, plain)).not.toThrow();
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("anything at all can be read", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "/plan ",
        "/approve",
        "\n",
        "\r\n",
        "> ",
        "- ",
        "```",
        "`",
        "<!--",
        "-->",
        "<details>",
        "</details>",
        "|",
        "*",
        "/coppice ",
        "T1",
        " after T2",
        "agent:",
        "priority:",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const line of parseCommands(pieces.join(""), plain)) expect(line.text.startsWith("/")).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
