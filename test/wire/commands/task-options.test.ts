import { describe, expect, test } from "vitest";
import { parseCommands } from "../../../src/wire/commands/parse-commands.ts";

const read = (body: string) => parseCommands(body, { prefixed: false })[0];

describe("what stands behind a title", () => {
  test.each([
    ["/add Write docs after t1, T2 and T3", { title: "Write docs", needs: ["T1", "T2", "T3"] }],
    ["/add Docs priority:low after T1", { title: "Docs", needs: ["T1"], priority: "low" }],
    ["/add Docs after: T1 T1", { title: "Docs", needs: ["T1"] }],
    ["/add Docs after nothing", { title: "Docs", needs: [] }],
    ["/add Docs agent:docs-writer priority:HIGH", { title: "Docs", specialist: "docs-writer", priority: "high" }],
    ["/add Docs estimate:30 timeout:2h", { title: "Docs", estimateMinutes: 30, timeoutMinutes: 120 }],
    ["/add Docs timeout:90min", { title: "Docs", timeoutMinutes: 90 }],
  ])("%s", (body, options) => {
    expect(read(body)).toMatchObject({ kind: "command", command: { verb: "add", ...options } });
  });

  test.each([
    "Handle errors after login",
    "Clean up after deploy",
    "Clean up after",
    "Try again after 5 minutes",
    "Drop support after 2027",
    "Say it after T1 fails",
    "Support http://x",
    "Support http://example.com/a:b",
    "Fix foo: bar",
    "Fix std::vector",
    "Open at 10:30",
    "Use `node:fs`",
    "Agent: a class",
    "Show the agent:",
  ])("a title stays a title: %s", (title) => {
    const expected = title === "Show the agent:" ? { kind: "refused" } : { command: { verb: "add", title } };
    expect(read(`/add ${title}`)).toMatchObject(expected);
  });
});

describe("what stands there and cannot be read is refused", () => {
  const names = "there are after, agent, priority, estimate, timeout";
  const noTasks = (read: string) => `\`after ${read}\` names no tasks; write for example after T1,T2 or after nothing`;
  test.each([
    ["after T1", "/add needs a title; write for example /add Write the user guide after T3"],
    ["x priority:urgent", "`priority:urgent` is no priority; write priority:high, priority:normal or priority:low"],
    ["x agent:../y", "`agent:../y` names no specialist; write for example agent:test-engineer"],
    ["x after T1 after T2", "`x after T1 after T2` says needs twice; say it once"],
    ["x after ,", noTasks(",")],
    ["x after 1, 2", noTasks("1, 2")],
    ["x after #12", noTasks("#12")],
    ["x after T1 or T2", noTasks("T1 or T2")],
    ["x after T1-T3", noTasks("T1-T3")],
    ["x after T0", noTasks("T0")],
    ["x after T1,, priority:high", noTasks("T1,,")],
    ["Foo color:blue", `\`color:blue\` is no option; ${names}. If it belongs to the title, put it in backticks`],
    [
      "Foo color:blue priority:low",
      `\`color:blue\` is no option; ${names}. If it belongs to the title, put it in backticks`,
    ],
    ["Foo priorty:high", "`priorty:high` is no option; did you mean priority:?"],
    ["agent:x Foo", "`agent:x` stands before the words; options come at the end"],
    ["x estimate:soon", "`estimate:soon` is no number of minutes from 1 to 1440; write for example estimate:60"],
    ["x timeout:25h", "`timeout:25h` is no number of minutes from 1 to 1440; write for example timeout:60"],
    [
      "x".repeat(121),
      "the title has 121 characters; at most 120 are allowed: put the rest into a fenced block below the line",
    ],
  ])("/add %s", (rest, reason) => {
    expect(read(`/add ${rest}`)).toEqual({ kind: "refused", verb: "add", reason, text: `/add ${rest}` });
  });

  test("in the words of a change only where it is a slip", () => {
    expect(read("/modify T2 paint it color:blue")).toMatchObject({ kind: "command" });
    expect(read("/modify T2 agnet:docs-writer")).toMatchObject({
      reason: "`agnet:docs-writer` is no option; did you mean agent:?",
    });
    expect(read("/modify T2 after 1")).toMatchObject({ kind: "refused" });
  });
});
