import { noConfinement } from "../core/run/run.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import { cleanEnvironment } from "./environment.ts";

/** No confinement: the command may do whatever the worker's user may. */
export const noSandbox: Sandbox = {
  name: noConfinement,
  describe: () =>
    "No sandbox: commands have a clean environment, a home and a temporary folder of their own, and can read and write whatever this user can.",
  wrap: (command) => ({
    file: command.file,
    args: command.args,
    cwd: command.folders.worktree,
    env: cleanEnvironment(command, command.folders.temp),
  }),
};
