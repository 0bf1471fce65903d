import { Argument, Command, Option } from "commander";
import { expect, test } from "vitest";
import { sayWrongUse } from "../../src/cli/wrong-use.ts";

test.each([
  [["priority", "urgent"], "coppice: <level> 'urgent' is invalid. Allowed choices are high, low.\n"],
  [["priority"], "coppice: missing required argument 'level'\n"],
  [
    ["priority", "high", "--merge", "x"],
    "coppice: option '--merge <how>' argument 'x' is invalid. Allowed choices are auto.\n",
  ],
  [["priorty"], "coppice: unknown command 'priorty' (Did you mean priority?)\n"],
])("%j is answered in one line that says who speaks and what is wrong", async (words, expected) => {
  const said: string[] = [];
  const program = new Command("coppice")
    .configureOutput({ outputError: (text) => said.push(sayWrongUse(text)) })
    .showSuggestionAfterError()
    .exitOverride();
  const level = new Argument("<level>").choices(["high", "low"]);
  const command = new Command("priority").addArgument(level).addOption(new Option("--merge <how>").choices(["auto"]));
  program.addCommand(command.copyInheritedSettings(program));
  await expect(program.parseAsync(words, { from: "user" })).rejects.toThrow();
  expect(said).toEqual([expected]);
});
