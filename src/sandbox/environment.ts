import type { SandboxCommand } from "../ports/sandbox.ts";

/** The clean environment of a sandboxed command: nothing of the worker's but PATH and the language. */
export function cleanEnvironment(command: SandboxCommand, temp: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    LANG: process.env.LANG ?? "C.UTF-8",
    CI: "true",
    // No agent's git may wait for a password, nor look for configuration outside its own home.
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    ...command.env,
    HOME: command.folders.home,
    TMPDIR: temp,
  };
}
