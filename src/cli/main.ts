#!/usr/bin/env node
import { createRequire } from "node:module";
import { type Argument, Command } from "commander";
import { demoCommand } from "./demo/command.ts";
import { exitCodes } from "./failure.ts";
import { planCommands } from "./plans/command.ts";
import { runWorkerCommand } from "./run/command.ts";
import { taskCommands } from "./tasks/command.ts";
import { steerCommands } from "./tasks/steer-commands.ts";
import { upCommand } from "./up/command.ts";
import { sayWrongUse } from "./wrong-use.ts";

/** package.json lies three folders above the built file and two above the source. */
const packageFile = ["../../package.json", "../../../package.json"];

const program = new Command("coppice")
  .description("Turns an issue into merged pull requests: plan in the thread, approve, and agents do the work.")
  .version(version(), "-v, --version")
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(sayWrongUse(text)) })
  .commandsGroup("Everything here:")
  .configureHelp({
    helpWidth: Math.min(100, process.stdout.columns ?? 100),
    // That a command has options goes without saying, and that a switch is off too.
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(" "),
    optionDescription: ({ description, defaultValue }) =>
      typeof defaultValue === "boolean" || defaultValue === undefined
        ? description
        : `${description} (default: ${JSON.stringify(defaultValue)})`,
  })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.badInput));

const commands = [
  upCommand(),
  demoCommand(),
  ...planCommands(),
  ...taskCommands(),
  ...steerCommands(),
  runWorkerCommand(),
];
for (const command of commands) program.addCommand(command.copyInheritedSettings(program));

// Whoever reads our output may stop reading (`coppice up | head`): that ends nothing.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

await program.parseAsync();

function argumentTerm(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function version(): string {
  const require = createRequire(import.meta.url);
  for (const file of packageFile) {
    try {
      const found: unknown = require(file);
      if (typeof found === "object" && found !== null && "version" in found) return String(found.version);
    } catch {
      // The other place then.
    }
  }
  return "unknown";
}
