import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAgent } from "../../src/agents/registry.ts";
import type { AgentRequest } from "../../src/ports/agent.ts";
import { noSandbox } from "../../src/sandbox/none.ts";
import { createProcesses } from "../../src/sandbox/processes.ts";
import { makeFolder } from "../git/origin.ts";
import { makeOffer } from "../runner/bench.ts";

let folder: { path: string; remove(): Promise<void> };

beforeEach(async () => {
  folder = await makeFolder();
  for (const name of ["worktree", "home", "temp"]) await mkdir(join(folder.path, name));
});
afterEach(() => folder.remove());

const processes = createProcesses(noSandbox, { graceMilliseconds: 200 });

async function run(line: string, change: Partial<AgentRequest> = {}) {
  let output = "";
  const path = (name: string) => join(folder.path, name);
  const request: AgentRequest = {
    run: "run-1",
    plan: 4,
    issue: 12,
    task: { ...makeOffer().task, title: 'It\'s "quoted"; $(touch planted)' },
    brief: "",
    folders: { worktree: path("worktree"), home: path("home"), temp: path("temp"), readable: [] },
    timeoutMilliseconds: 20_000,
    idleMilliseconds: 20_000,
    network: false,
    onOutput: (text) => {
      output += text;
    },
    onProgress: () => {},
    ...change,
  };
  const outcome = await createAgent(`command:${line}`, { processes }).run(request, new AbortController().signal);
  return { outcome, output: () => output, worktree: path("worktree") };
}

describe("the command agent", () => {
  it("is told the task in variables, which no shell reads as code", async () => {
    const line =
      'for name in TASK_FILE TASK_JSON TASK_KEY TASK_TITLE PLAN ISSUE OUT; do eval "echo \\"\\$COPPICE_$name\\""; done; ls';
    const { outcome, output, worktree } = await run(line);
    expect(outcome).toMatchObject({ kind: "finished" });
    expect(output().split("\n")).toEqual([
      `${worktree}/.coppice/task.md`,
      `${worktree}/.coppice/task.json`,
      "T1",
      'It\'s "quoted"; $(touch planted)',
      "4",
      "12",
      `${worktree}/.coppice/out`,
      "",
    ]);
  });

  it("fails with what the command said last, with silence, and with time that is up", async () => {
    expect((await run("echo before; echo the reason >&2; exit 9")).outcome).toMatchObject({
      kind: "failed",
      reason: "agent-failed",
      message: "the command ended with exit code 9: the reason",
    });
    expect((await run("sleep 60", { idleMilliseconds: 200 })).outcome).toMatchObject({ reason: "stalled" });
    expect((await run("yes", { timeoutMilliseconds: 200 })).outcome).toMatchObject({ reason: "timed-out" });
    expect((await run("kill -9 $$")).outcome).toMatchObject({ message: "the command was killed by SIGKILL" });
  });
});

describe("the registry", () => {
  it("names the agents there are when asked for another", () => {
    expect(() => createAgent("nobody", { processes })).toThrow(/anthropic, command:<shell line>/);
    expect(() => createAgent("command:", { processes })).toThrow(/no agent is called/);
  });

  it("offers anthropic only where there is a model", async () => {
    expect(await createAgent("anthropic", { processes }).available()).toBeUndefined();
  });
});
