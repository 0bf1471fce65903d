import { describe, expect, it } from "vitest";
import { menuHelp, menuLine, readChoice } from "../../../src/cli/plans/choices.ts";
import { editCommand } from "../../../src/cli/plans/edit.ts";
import { parseCommands } from "../../../src/wire/commands/parse-commands.ts";

const draft = { approved: false };

describe("a line at the menu", () => {
  it.each([
    ["a Write docs after T2", "/coppice add Write docs after T2"],
    ["add Write docs", "/coppice add Write docs"],
    ["M T2 priority:high", "/coppice modify T2 priority:high"],
    ["s T2 into 3", "/coppice split T2 into 3"],
    ["r T2", "/coppice remove T2"],
    ["d why?", "/coppice discuss why?"],
    ["u", "/coppice undo"],
    ["u 3", "/coppice undo 3"],
    ["  /assign T2 docs-writer ", "/coppice assign T2 docs-writer"],
    ["/answer Q1 Yes", "/coppice answer Q1 Yes"],
    ["/coppice /ask why?", "/coppice discuss why?"],
    ["/aprove", "/coppice aprove"],
    ["/label bug", "/label bug"],
    ["a Escape <b> after T2", "/coppice add Escape `<b>` after T2"],
    ["m T2 Escape <b>", "/coppice modify T2\n```\nEscape <b>\n```"],
  ])("%j is written as %j", (line, text) => {
    expect(readChoice(line, draft)).toEqual({ kind: "say", text });
  });

  it("asks for what a letter alone does not say", () => {
    const [add, discuss] = [readChoice("a", draft), readChoice("d", draft)];
    expect([add, discuss]).toMatchObject([{ question: "Title" }, { question: "Say or ask" }]);
    expect(add.kind === "ask" && add.write("Docs")).toEqual({ kind: "say", text: "/coppice add Docs" });
    expect(discuss.kind === "ask" && discuss.write("why?")).toEqual({ kind: "say", text: "/coppice discuss why?" });
  });

  it("refuses what no command can be made of", () => {
    expect(readChoice("/answer Yes", draft)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("needs a question first"),
    });
  });

  it("amends once the plan is approved, and talks as before", () => {
    expect(readChoice("a Docs", { approved: true })).toEqual({ kind: "say", text: "/coppice amend add Docs" });
    expect(readChoice("r T4", { approved: true })).toEqual({ kind: "say", text: "/coppice amend remove T4" });
    expect(readChoice("d why?", { approved: true })).toEqual({ kind: "say", text: "/coppice discuss why?" });
    expect(readChoice("u", { approved: true })).toEqual({ kind: "say", text: "/coppice undo" });
  });

  it.each([
    ["v", "view"],
    ["p", "proceed"],
    ["e", "edit"],
    ["q", "quit"],
    ["?", "help"],
    ["", "nothing"],
    ["   ", "nothing"],
  ])("%j means %s", (line, kind) => expect(readChoice(line, draft)).toEqual({ kind }));

  it("writes nothing that is no choice: a model would cost money", () => {
    for (const line of ["do we need T3?", "approve", "proceed now", "qq"]) {
      expect(readChoice(line, draft)).toEqual({ kind: "unknown", read: line });
    }
  });

  it("writes only what is read as a command in the thread, where the short form belongs to others too", () => {
    const lines = ["a Docs", "m T2 do more", "s T2", "r T2", "d why?", "u", "u 2"];
    for (const approved of [false, true]) {
      for (const line of lines) {
        const choice = readChoice(line, { approved });
        const text = choice.kind === "say" ? choice.text : "";
        expect(
          parseCommands(text, { prefixed: true }).map(({ kind }) => kind),
          text,
        ).toEqual(["command"]);
      }
    }
  });
});

it("sends an edited plan as it is read in the thread, before and after approval", () => {
  const yaml = "goal: x\ntasks: []";
  const read = (approved: boolean) => parseCommands(editCommand(yaml, { approved }), { prefixed: true });
  expect(read(false)).toMatchObject([{ kind: "command", command: { verb: "edit", yaml } }]);
  expect(read(true)).toMatchObject([{ kind: "command", command: { verb: "amend", change: { verb: "edit", yaml } } }]);
});

it("shows every choice once", () => {
  const marked = menuLine((letter) => `[${letter}]`);
  expect(marked).toMatch(/^\[d\]iscuss {2}\[a\]dd {2}\[m\]odify {2}\[s\]plit {2}\[r\]emove {2}\[v\]iew {2}\[p\]roceed/);
  expect(menuHelp(String).split("\n")).toHaveLength(11);
});
