import { existsSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAnthropicAgent } from "../../src/agents/anthropic/agent.ts";
import { CoppiceError } from "../../src/core/errors.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import type { AgentRequest } from "../../src/ports/agent.ts";
import type { Model, ModelAnswer, ModelBlock, ModelRequest } from "../../src/ports/model.ts";
import { noSandbox } from "../../src/sandbox/none.ts";
import { createProcesses } from "../../src/sandbox/processes.ts";
import { makeFolder, writeFiles } from "../git/origin.ts";
import { makeOffer } from "../runner/bench.ts";

let folder: { path: string; remove(): Promise<void> };
let request: AgentRequest;
let output: string;

beforeEach(async () => {
  folder = await makeFolder();
  output = "";
  const path = (name: string) => join(folder.path, name);
  for (const name of ["worktree", "home", "temp"]) await mkdir(path(name));
  await writeFiles(path("worktree"), {
    "src/one.txt": "alpha\nbeta\ngamma\n",
    "src/two.txt": "beta\nbeta\n",
    ".git/config": "[core]\n",
  });
  await writeFiles(folder.path, { "secret.txt": "canary" });
  request = {
    run: "run-1",
    plan: 1,
    issue: 12,
    task: makeOffer().task,
    brief: "# T1: Add a greeting",
    folders: { worktree: path("worktree"), home: path("home"), temp: path("temp"), readable: [] },
    timeoutMilliseconds: 20_000,
    idleMilliseconds: 20_000,
    network: false,
    onOutput: (text) => {
      output += text;
    },
    onProgress: () => {},
  };
});
afterEach(() => folder.remove());

type Turn = (request: ModelRequest) => Partial<ModelAnswer> & { content: readonly ModelBlock[] };

/** A model that plays a script: one function per turn, the last one again and again. */
function scripted(...turns: readonly Turn[]): Model & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  return {
    name: "scripted",
    asked,
    ask: async (asking) => {
      asked.push({ ...asking, messages: [...asking.messages] });
      const answer = (turns[asked.length - 1] ?? turns.at(-1))?.(asking);
      if (!answer) throw new Error("the script is over");
      for (const block of answer.content) if (block.kind === "text") asking.onText?.(block.text);
      const calls = answer.content.some(({ kind }) => kind === "tool-call");
      return { stop: calls ? "tool" : "end", usage: { ...noUsage, inputTokens: 10, outputTokens: 5 }, ...answer };
    },
  };
}

const text = (words: string): ModelBlock => ({ kind: "text", text: words });
const call = (name: string, input: unknown): ModelBlock => ({ kind: "tool-call", id: `${name}-1`, name, input });
const done: Turn = () => ({ content: [text("Done as asked.")] });

function run(model: Model, change: object = {}, signal = new AbortController().signal) {
  const agent = createAnthropicAgent({ processes: createProcesses(noSandbox), model, ...change });
  return agent.run(request, signal);
}

/** What one tool call answers. */
async function answerTo(name: string, input: unknown) {
  const model = scripted(() => ({ content: [call(name, input)] }), done);
  expect((await run(model)).kind).toBe("finished");
  const last = model.asked[1]?.messages.at(-1)?.content[0];
  if (last?.kind !== "tool-result") throw new Error("no result");
  return last;
}

const read = (path: string) => readFile(join(request.folders.worktree, path), "utf8");

describe("the anthropic agent", () => {
  it("is given the task and the tools, and its last words are its summary", async () => {
    const model = scripted(done);
    const outcome = await run(model);
    expect(outcome).toEqual({
      kind: "finished",
      summary: "Done as asked.",
      usage: { ...noUsage, inputTokens: 10, outputTokens: 5 },
    });
    expect(model.asked[0]?.messages[0]?.content).toEqual([text("# T1: Add a greeting")]);
    expect(model.asked[0]?.tools.map(({ name }) => name)).toEqual([
      "read_file",
      "list_directory",
      "search",
      "write_file",
      "edit_file",
      "run_command",
    ]);
    expect(model.asked[0]?.system).toContain("git worktree");
    expect(output).toContain("Done as asked.");
  });

  it.each([
    ["read_file", { path: "src/one.txt" }, "alpha\nbeta\ngamma\n"],
    ["read_file", { path: "src/one.txt", first_line: 2, lines: 1 }, "beta"],
    ["list_directory", {}, "src/"],
    ["list_directory", { path: "src" }, "one.txt\ntwo.txt"],
    ["search", { pattern: "^g[a-z]+a$" }, "src/one.txt:3:gamma\n"],
    ["search", { pattern: "nothing-like-it" }, "(nothing matches)"],
    ["run_command", { command: "echo out; exit 3" }, "exit code 3\nout\n"],
  ])("has %s %j answer", async (name, input, answer) => {
    expect(await answerTo(name, input)).toMatchObject({ text: answer, isError: false });
  });

  it("writes and edits files, keeping what it did not name", async () => {
    expect((await answerTo("write_file", { path: "new/deep/file.txt", content: "new\n" })).isError).toBe(false);
    expect(await read("new/deep/file.txt")).toBe("new\n");
    expect((await answerTo("edit_file", { path: "src/one.txt", old_text: "beta", new_text: "$& delta" })).isError).toBe(
      false,
    );
    expect(await read("src/one.txt")).toBe("alpha\n$& delta\ngamma\n");
    await answerTo("edit_file", { path: "src/two.txt", old_text: "beta", new_text: "x", replace_all: true });
    expect(await read("src/two.txt")).toBe("x\nx\n");
  });

  it.each([
    ["read_file", { path: "../secret.txt" }, /outside the worktree/],
    ["read_file", { path: "/etc/passwd" }, /outside the worktree/],
    ["read_file", { path: ".git/config" }, /\.git is not yours/],
    ["read_file", { path: "leak" }, /outside the worktree/],
    ["read_file", { path: "leak-folder/secret.txt" }, /outside the worktree/],
    ["read_file", { path: "src" }, /is a folder/],
    ["read_file", { path: "src/none.txt" }, /no such file/],
    ["read_file", { path: "src/one.txt", first_line: 99 }, /only 4 lines/],
    ["write_file", { path: "leak-folder/planted.txt", content: "x" }, /outside the worktree/],
    ["write_file", { path: "dangling", content: "x" }, /ELOOP/],
    ["write_file", { path: ".GIT/hooks/pre-commit", content: "x" }, /\.git is not yours/],
    ["edit_file", { path: "src/one.txt", old_text: "omega", new_text: "x" }, /is not in it/],
    ["edit_file", { path: "src/two.txt", old_text: "beta", new_text: "x" }, /2 times/],
    ["list_directory", { path: ".." }, /outside the worktree/],
    ["search", { pattern: "(" }, /search: /],
    ["search", { pattern: "x", path: "../" }, /outside the worktree/],
    ["run_command", {}, /command: /],
    ["no_such_tool", {}, /no tool called/],
  ])("answers %s %j with its mistake and goes on", async (name, input, message) => {
    await symlink(join(folder.path, "secret.txt"), join(request.folders.worktree, "leak"));
    await symlink(folder.path, join(request.folders.worktree, "leak-folder"));
    await symlink(join(folder.path, "planted-by-link"), join(request.folders.worktree, "dangling"));
    const answer = await answerTo(name, input);
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(message);
    expect(existsSync(join(folder.path, "planted.txt"))).toBe(false);
    expect(existsSync(join(folder.path, "planted-by-link"))).toBe(false);
  });

  it("cuts long answers in the middle", async () => {
    const answer = await answerTo("run_command", { command: "seq 100000" });
    expect(answer.text.length).toBeLessThan(31_000);
    expect(answer.text).toMatch(/^exit code 0\n1\n2\n/);
    expect(answer.text).toMatch(/bytes left out[\s\S]*\n100000\n$/);
  });

  it("goes on after an answer that was cut short, and never sends an empty message", async () => {
    const model = scripted(() => ({ content: [], stop: "length" }), done);
    expect((await run(model)).kind).toBe("finished");
    expect(model.asked[1]?.messages.every(({ content }) => content.length > 0)).toBe(true);
  });

  it("ends after its turns, and when its tokens are spent", async () => {
    const busy = () => scripted(() => ({ content: [call("list_directory", {})] }));
    expect(await run(busy(), { maxTurns: 3 })).toMatchObject({ reason: "agent-failed", usage: { outputTokens: 15 } });
    expect(await run(busy(), { maxTokens: 40 })).toMatchObject({ reason: "budget", usage: { outputTokens: 15 } });
  });

  it("tells what it has cost so far, of a turn that breaks off and of one that is stopped too", async () => {
    const told: number[] = [];
    request = { ...request, onUsage: ({ inputTokens }) => told.push(inputTokens) };
    const model = scripted(() => ({ content: [call("list_directory", {})] }));
    const breaking: Model = {
      name: "breaking",
      ask: async (asking, signal) => {
        if (told.length === 0) return model.ask(asking, signal);
        asking.onBrokenOff?.({ ...noUsage, inputTokens: 7 });
        const cause = { status: 529 };
        throw new CoppiceError("model-unavailable", "no capacity", { cause, retryAfterSeconds: 90 });
      },
    };
    const usage = { ...noUsage, inputTokens: 17, outputTokens: 5 };
    expect(await run(breaking)).toMatchObject({ kind: "failed", reason: "quota", usage, retryAfterSeconds: 90 });
    expect(told).toEqual([10, 17]);
  });

  it("tells a provider without capacity from one that refuses, and a stop from time that is up", async () => {
    const failing = (cause: unknown): Model => ({
      name: "failing",
      ask: async () => {
        throw new CoppiceError("model-unavailable", "no capacity", { cause });
      },
    });
    expect(await run(failing({ status: 429 }))).toMatchObject({ kind: "failed", reason: "quota" });
    expect(await run(failing({ status: 500 }))).toMatchObject({ kind: "failed", reason: "agent-failed" });
    const refusing = scripted(() => ({ content: [], stop: "refusal" }));
    expect(await run(refusing)).toMatchObject({ kind: "failed", reason: "agent-failed" });
    const endless = scripted(() => ({ content: [call("run_command", { command: "sleep 60" })] }));
    request = { ...request, timeoutMilliseconds: 300 };
    expect(await run(endless)).toMatchObject({ kind: "failed", reason: "timed-out" });
    request = { ...request, timeoutMilliseconds: 20_000 };
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    expect(await run(endless, {}, controller.signal)).toMatchObject({ kind: "failed", reason: "stopped" });
  });
});
