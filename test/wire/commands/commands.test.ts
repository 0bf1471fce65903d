import { describe, expect, test } from "vitest";
import { formatHelp } from "../../../src/wire/commands/format-help.ts";
import { parseCommands } from "../../../src/wire/commands/parse-commands.ts";
import { commandRows, nearVerb, verbs } from "../../../src/wire/commands/registry.ts";

const plain = { prefixed: false };
const read = (body: string) => parseCommands(body, plain);
const withBlock = (line: string, ...block: string[]) => [line, "```", ...block, "```"].join("\n");

describe("a line means", () => {
  test.each([
    ["/plan", { verb: "plan" }],
    ["/Plan Add OAuth login", { verb: "plan", text: "Add OAuth login" }],
    ["/replan Smaller tasks", { verb: "plan", text: "Smaller tasks" }],
    ["/coppice plan Add OAuth", { verb: "plan", text: "Add OAuth" }],
    ["/coppice /plan Add OAuth", { verb: "plan", text: "Add OAuth" }],
    ["/coppice", { verb: "help" }],
    ["/discuss Why T2?", { verb: "discuss", text: "Why T2?" }],
    ["/ask Why T2?", { verb: "discuss", text: "Why T2?" }],
    ["/answer Q1 Yes", { verb: "answer", question: 1, text: "Yes" }],
    ["/answer q12: no, never", { verb: "answer", question: 12, text: "no, never" }],
    ["/remove t3", { verb: "remove", key: "T3" }],
    ["/delete T3", { verb: "remove", key: "T3" }],
    ["/modify T2 Use PostgreSQL", { verb: "modify", key: "T2", text: "Use PostgreSQL" }],
    ["/modify T2 use the image redis:7", { verb: "modify", key: "T2", text: "use the image redis:7" }],
    [
      "/change T2: title: New title agent:test-engineer",
      { verb: "modify", key: "T2", title: "New title", specialist: "test-engineer" },
    ],
    ["/modify T2 after nothing", { verb: "modify", key: "T2", needs: [] }],
    ["/modify T2 timeout:2h", { verb: "modify", key: "T2", timeoutMinutes: 120 }],
    ["/split T2", { verb: "split", key: "T2" }],
    ["/split T2 into 3", { verb: "split", key: "T2", into: 3 }],
    ["/split t2 into 3 parts: one each", { verb: "split", key: "T2", into: 3, text: "one each" }],
    ["/split T2 into server and page", { verb: "split", key: "T2", text: "into server and page" }],
    ["/assign T2 Test-Engineer", { verb: "assign", key: "T2", name: "test-engineer" }],
    ["/assign T2 to agent:docs", { verb: "assign", key: "T2", name: "docs" }],
    ["/assign T2 codex", { verb: "assign", key: "T2", name: "codex" }],
    ["/pause", { verb: "pause" }],
    ["/pause t2", { verb: "pause", key: "T2" }],
    ["/resume", { verb: "resume" }],
    ["/resume T2", { verb: "resume", key: "T2" }],
    ["/stop T2", { verb: "stop", key: "T2" }],
    ["/kill T2", { verb: "stop", key: "T2" }],
    ["/retry T2", { verb: "retry", key: "T2" }],
    ["/retry T2 with Claude-Code", { verb: "retry", key: "T2", agent: "claude-code" }],
    ["/retry T2: agent:codex", { verb: "retry", key: "T2", agent: "codex" }],
    ["/priority T2 HIGH", { verb: "priority", key: "T2", priority: "high" }],
    ["/priority T2 priority:low", { verb: "priority", key: "T2", priority: "low" }],
    ["/edit", { verb: "edit" }],
    ["/accept", { verb: "accept" }],
    ["/accept p3", { verb: "accept", proposal: 3 }],
    ["/undo", { verb: "undo" }],
    ["/undo 3", { verb: "undo", steps: 3 }],
    ["/undo R3", { verb: "undo", revision: 3 }],
    ["/amend", { verb: "amend" }],
    ["/amend add Notes after T4", { verb: "amend", change: { verb: "add", title: "Notes", needs: ["T4"] } }],
    ["/amend priority T2 low", { verb: "amend", change: { verb: "priority", key: "T2", priority: "low" } }],
    ["/amend /delete T5", { verb: "amend", change: { verb: "remove", key: "T5" } }],
    ["/approve", { verb: "approve", anyway: false }],
    ["/proceed R7", { verb: "approve", revision: 7, anyway: false }],
    ["/approve r7 --anyway", { verb: "approve", revision: 7, anyway: true }],
    ["/approve \u2014anyway r7", { verb: "approve", revision: 7, anyway: true }],
    ["/submit Fix it priority:high", { verb: "submit", title: "Fix it", priority: "high" }],
    ["/submit --decompose Add a dark mode", { verb: "submit", decompose: "Add a dark mode" }],
    ["/cancel", { verb: "cancel" }],
    ["/abort", { verb: "cancel" }],
    ["/view", { verb: "view" }],
    ["/plans", { verb: "plans" }],
    ["/status", { verb: "status" }],
    ["/agents", { verb: "agents" }],
    ["/help", { verb: "help" }],
  ])("%s", (body, command) => {
    expect(read(body)).toEqual([{ kind: "command", command, text: body }]);
  });
});

describe("a line with a block means", () => {
  test.each([
    ["/plan", { verb: "plan", text: "first\n\nsecond" }],
    ["/plan Add login", { verb: "plan", text: "Add login\n\nfirst\n\nsecond" }],
    ["/discuss", { verb: "discuss", text: "first\n\nsecond" }],
    ["/answer Q1", { verb: "answer", question: 1, text: "first\n\nsecond" }],
    ["/add A task", { verb: "add", title: "A task", description: "first\n\nsecond" }],
    ["/modify T2", { verb: "modify", key: "T2", text: "first\n\nsecond" }],
    ["/modify T2 title: New", { verb: "modify", key: "T2", title: "New", text: "first\n\nsecond" }],
    ["/split T2 into 3", { verb: "split", key: "T2", into: 3, text: "first\n\nsecond" }],
    ["/submit Fix it", { verb: "submit", title: "Fix it", description: "first\n\nsecond" }],
    ["/submit --decompose", { verb: "submit", decompose: "first\n\nsecond" }],
    ["/amend add A task", { verb: "amend", change: { verb: "add", title: "A task", description: "first\n\nsecond" } }],
    ["/coppice edit", { verb: "edit", yaml: "first\n\nsecond" }],
  ])("%s", (line, command) => {
    expect(read(withBlock(line, "", "first", "", "second", " "))).toEqual([{ kind: "command", command, text: line }]);
  });

  test("its YAML with its blanks, without what cannot be seen", () => {
    expect(read(withBlock("/amend edit", "  goal: a\u200b", "  tasks: []"))).toMatchObject([
      { command: { verb: "amend", change: { verb: "edit", yaml: "  goal: a\n  tasks: []" } } },
    ]);
  });

  test.each([
    "/remove T2",
    "/assign T2 docs-writer",
    "/accept",
    "/undo",
    "/approve r7",
    "/view",
    "/cancel",
    "/stop T2",
    "/pause",
    "/retry T2",
    "/help",
  ])("nothing: %s takes none", (line) => {
    const verb = line.slice(1).split(" ")[0];
    const reason = `/${verb} takes no fenced block below it; leave it out, or part it with a line of words`;
    expect(read(withBlock(line, "x"))).toEqual([{ kind: "refused", verb, reason, text: line }]);
    expect(read(`${line}\n\nsome words\n\n\`\`\`\nx\n\`\`\``)).toMatchObject([{ kind: "command" }]);
  });
});

describe("a line is refused", () => {
  test.each([
    ["/discuss", "/discuss needs words; write for example /discuss Could T2 be smaller?"],
    ["/answer yes", "/answer needs a question first; read `yes`, write for example /answer Q1 Yes"],
    ["/answer Q2", "the answer is empty; write for example /answer Q2 Yes"],
    [`/answer Q2 ${"x".repeat(2_001)}`, "the answer has 2001 characters; at most 2000 are allowed"],
    ["/remove", "/remove needs one task; read ``, write for example /remove T2"],
    ["/remove T0", "/remove needs one task; read `T0`, write for example /remove T2"],
    ["/remove T1 T2", "/remove needs one task; read `T1 T2`, write for example /remove T2"],
    ["/modify", "/modify needs a task first; read ``, write for example /modify T2 Use PostgreSQL"],
    ["/modify T2", "say what to change; write for example /modify T2 Use PostgreSQL"],
    ["/modify T2 title:", "the title is empty; write for example /modify T2 title: Store sessions"],
    ["/split into 3", "/split needs a task first; read `into`, write for example /split T2 into 3"],
    ["/split T2 into 1", "a task is split into 2 to 20 parts; read `into 1`, write /split T2 into 3"],
    ["/split T2 into 21 how", "a task is split into 2 to 20 parts; read `into 21`, write /split T2 into 3"],
    [
      "/assign docs-writer",
      "/assign needs a task first; read `docs-writer`, write for example /assign T2 test-engineer",
    ],
    [
      "/assign T2",
      "/assign needs one specialist or agent after the task; read ``, write for example /assign T2 test-engineer",
    ],
    ["/pause T2 T3", "/pause takes one task or none; read `T2 T3`, write for example /pause T2"],
    ["/resume everything", "/resume takes one task or none; read `everything`, write for example /resume T2"],
    ["/stop", "/stop needs one task; read ``, write for example /stop T2, or /pause to start nothing more"],
    ["/kill it", "/stop needs one task; read `it`, write for example /stop T2, or /pause to start nothing more"],
    ["/retry", "/retry needs a task first; read ``, write for example /retry T2"],
    ["/retry T2 with", "/retry takes one agent after the task; read `with`, write for example /retry T2 with codex"],
    [
      "/retry T2 with more care",
      "/retry takes one agent after the task; read `with more care`, write for example /retry T2 with codex",
    ],
    ["/priority high", "/priority needs a task first; read `high`, write for example /priority T2 high"],
    [
      "/priority T2 urgent",
      "/priority needs high, normal or low after the task; read `urgent`, write for example /priority T2 high",
    ],
    [
      "/edit the goal",
      "/edit reads the plan from a fenced block right below it; read `the goal`, write /edit alone to get the plan as text",
    ],
    ["/accept 1", "/accept knows no `1`; write /accept, or with the proposal you read, for example /accept P1"],
    [
      "/undo 0",
      "/undo knows no `0`; write /undo, the number of steps from 1 to 100, or a revision, for example /undo r3",
    ],
    [
      "/amend view",
      "/amend takes one of add, modify, split, remove, assign, priority, edit; read `view`, write for example /amend add Write the release notes after T4",
    ],
    ["/amend remove", "/remove needs one task; read ``, write for example /remove T2"],
    ["/amend edit", "/amend edit needs the plan as YAML in a fenced block right below it; /edit alone shows it"],
    ["/approve 7", "/approve knows no `7`; write /approve, or with the revision you read, for example /approve r7"],
    [
      "/approve r7 now",
      "/approve knows no `now`; write /approve, or with the revision you read, for example /approve r7",
    ],
    ["/approve r7 r8", "read `r7 r8`, which names more than one revision; write for example /approve r7"],
    ["/submit", "/submit needs a title; write for example /submit Fix the broken link in the footer"],
    [
      "/submit x after T1",
      "a submitted task is alone in its plan and waits for nothing; leave the `after` out, or use /add",
    ],
    ["/submit --decompose", "the goal is missing; write for example /submit --decompose Add a dark mode"],
    ["/view please", "/view takes nothing after it; read `please`, write /view alone"],
    ["/cancel it", "/cancel takes nothing after it; read `it`, write /cancel alone"],
    [
      `/plan ${"x".repeat(4001)}`,
      "the goal has 4001 characters; at most 4000 are allowed: put the rest into the issue's text",
    ],
  ])("%s", (body, reason) => {
    expect(read(body)).toEqual([{ kind: "refused", reason, text: body, verb: expect.any(String) }]);
  });

  test.each([
    ["/coppice dance", "`dance` is no command; /coppice help shows what there is"],
    ["/coppice aprove", "`aprove` is no command; did you mean /coppice approve?"],
    ["/coppice \uff0fapprove", "`\uff0fapprove` is no command; did you mean /coppice approve?"],
  ])("%s, of no known verb", (body, reason) => {
    expect(read(body)).toEqual([{ kind: "refused", reason, text: body }]);
  });

  test("when its block is empty or too long", () => {
    expect(read(withBlock("/edit", ""))).toMatchObject([{ kind: "refused", reason: expect.stringMatching(/empty/) }]);
    expect(read(withBlock("/amend", "goal: x"))).toMatchObject([{ kind: "refused" }]);
    expect(read(withBlock("/amend remove T2", "x"))).toMatchObject([
      { kind: "refused", reason: "this change takes no fenced block below it; leave it out" },
    ]);
    expect(read(withBlock("/add x", "y".repeat(8_001)))).toMatchObject([
      { kind: "refused", reason: "the description has 8001 characters; at most 8000 are allowed" },
    ]);
  });
});

describe("raw HTML on a command's line", () => {
  test.each([
    ["/plan Escape <script> in comments", "<script>"],
    ["/add Parse Vec<String> and <T> generics", "<String>"],
    ["/discuss Is <b>that</b> enough?", "<b>"],
    ["/coppice add Close </div> at the end", "</div>"],
    ["/add a <details>\n/approve", "<details>"],
  ])("is neither dropped nor guessed at: %s", (body, html) => {
    expect(read(body)).toMatchObject([{ kind: "refused", reason: `\`${html}\` is HTML here; put it into backticks` }]);
  });

  test.each([
    ["/add Parse `Vec<String>` and `<T>`", "Parse `Vec<String>` and `<T>`"],
    ["/add Keep a < b and c > d", "Keep a < b and c > d"],
    ["/add See <https://example.com>", "See <https://example.com>"],
    ["/add Log in<!-- and more -->", "Log in"],
  ])("is none in %s", (body, title) => {
    expect(read(body)).toMatchObject([{ kind: "command", command: { verb: "add", title } }]);
  });
});

describe("what is none of ours", () => {
  test("strangers' verbs and paths are no business of ours, a slip is noticed", () => {
    expect(read("/lgtm\n/merge now\n/usr/bin/plan\n/planning x\n/")).toEqual([]);
    expect(["/puase", "/resme", "/sotp T1", "/retyr T1", "/priorty T1", "/agent"].flatMap(read)).toMatchObject(
      ["pause", "resume", "stop", "retry", "priority", "agents"].map((verb) => ({ kind: "near", verb })),
    );
    expect(read("/aprove r1\n/stauts")).toEqual([
      { kind: "near", verb: "approve", text: "/aprove r1" },
      { kind: "near", verb: "status", text: "/stauts" },
    ]);
    const words = ["plan", "plans", "pan", "plna", "palm", "ad", "addd", "lgtm", "hold", "task", "approved", "proced"];
    expect(words.map(nearVerb)).toEqual([
      ...[undefined, undefined, "plan", "plan", undefined, "add", "add"],
      ...[undefined, undefined, undefined, "approve", "approve"],
    ]);
  });

  test.each([
    "**a\n/approve**",
    "/\u0430pprove",
    "/\u0430dd x",
    "/ap\u0440rove",
    "/approv\u0435",
    "/\uff41\uff44\uff44 x",
    "\\\\/approve",
  ])("%j is no command", (body) => {
    expect(read(body)).toEqual([]);
  });

  test("in prefixed mode only /coppice counts", () => {
    expect(parseCommands("/approve\n/aprove\n/coppice view", { prefixed: true })).toEqual([
      { kind: "command", command: { verb: "view" }, text: "/coppice view" },
    ]);
  });

  test.each(["\u2028", "\u2029", "\u0085", "\v", "\f"])("%j ends no line: what follows it is only words", (end) => {
    expect(read(`/add a${end}/approve`)).toEqual([
      { kind: "command", command: { verb: "add", title: "a /approve" }, text: "/add a /approve" },
    ]);
    expect(read(`/approve${end}r7`)).toMatchObject([{ command: { verb: "approve", revision: 7 } }]);
  });

  test("hidden characters are no part of what is read", () => {
    expect(read("/plan Add\u200b OAuth\u202e login\u{e0041}")).toMatchObject([
      { command: { text: "Add OAuth login" } },
    ]);
  });

  test("twenty commands are read in order, more are refused together", () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `/add task ${n}`).join("\n");
    expect(read(many(20)).map((line) => line.text)).toEqual(many(20).split("\n"));
    expect(read(many(21))).toEqual([
      { kind: "refused", reason: "21 commands in one comment; at most 20 are allowed", text: "/add task 0" },
    ]);
  });
});

describe("the registry", () => {
  test.each(verbs)("/%s: its examples and aliases are understood, and the help shows it", (verb) => {
    const { examples, aliases } = commandRows[verb];
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      for (const form of [example, ...aliases.map((alias) => example.replace(verb, alias))]) {
        expect(read(form)).toMatchObject([{ kind: "command", command: { verb } }]);
        expect(read(`/coppice ${form.slice(1)}`)).toMatchObject([{ kind: "command", command: { verb } }]);
      }
    }
    expect(formatHelp(false)).toContain(`| \`/${verb}`);
    expect(formatHelp(true)).toContain(`| \`/coppice ${verb}`);
  });

  test("every row is shown once, no word means two verbs, and the help is short", () => {
    expect([...verbs].sort()).toEqual(Object.keys(commandRows).sort());
    const words = verbs.flatMap((verb) => [verb, ...commandRows[verb].aliases]);
    expect(new Set(words).size).toBe(words.length);
    expect(formatHelp(false).length).toBeLessThan(5_000);
    expect(formatHelp(true)).not.toMatch(/`\/(?!coppice )/);
  });
});

describe("how people write", () => {
  test.each([
    ["/approve.", { verb: "approve", anyway: false }],
    ["/approve! ", { verb: "approve", anyway: false }],
    ["/coppice approve.", { verb: "approve", anyway: false }],
    ["/discuss: why?", { verb: "discuss", text: "why?" }],
    ["/plan\nAdd OAuth login", { verb: "plan", text: "Add OAuth login" }],
    ["/plan Add OAuth\n\nIt should know Google.", { verb: "plan", text: "Add OAuth\n\nIt should know Google." }],
    ["/modify T1 do this\n\nand that", { verb: "modify", key: "T1", text: "do this\n\nand that" }],
    ["/split T1\n- one\n- two", { verb: "split", key: "T1", text: "- one\n- two" }],
  ])("%j is understood", (body, command) => {
    expect(parseCommands(body, { prefixed: false })).toEqual([expect.objectContaining({ command })]);
  });

  test("what follows a comma is not guessed", () => {
    expect(parseCommands("/approve, please", { prefixed: false })).toEqual([
      expect.objectContaining({ kind: "refused" }),
    ]);
  });
});
