import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runSampleTests } from "../../src/cli/demo/sample.ts";
import { filesOf, sampleAddition, sampleProject, sampleTasks } from "../../src/rehearsal/sample.ts";
import { type Rehearsal, startRehearsal } from "../../src/rehearsal/start.ts";

let rehearsal: Rehearsal;
const folders: string[] = [];

beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.stop());
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

const tool = (name: string): Anthropic.Tool => ({ name, description: name, input_schema: { type: "object" } });

describe("the rehearsal, asked through the real SDK", () => {
  it("plans the sample when a plan is asked for", async () => {
    const answer = await ask({
      tools: [tool("submit_plan")],
      messages: [{ role: "user", content: "Plan it, with submit_plan." }],
    });
    const call = answer.content.find((block) => block.type === "tool_use");
    expect(call?.name).toBe("submit_plan");
    expect(call?.input).toHaveProperty("tasks.length", sampleTasks.length);
    expect(answer.usage.input_tokens).toBeGreaterThan(0);
  });

  it("plays a task turn by turn: look, read, write, test, report", async () => {
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: `Task: ${sampleTasks[2]?.title}` }];
    const calls: string[] = [];
    for (let turn = 0; turn < 10; turn++) {
      const answer = await ask({ messages });
      const uses = answer.content.filter((block) => block.type === "tool_use");
      if (answer.stop_reason === "end_turn") break;
      calls.push(uses[0]?.name ?? "none");
      messages.push({ role: "assistant", content: answer.content });
      messages.push({
        role: "user",
        content: uses.map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "ok" })),
      });
    }
    expect(calls).toEqual(["list_directory", "read_file", "write_file", "run_command"]);
  });

  it("does nothing, and says so, when it is asked for anything else", async () => {
    const answer = await ask({ messages: [{ role: "user", content: "Write a compiler." }] });
    expect(answer.stop_reason).toBe("end_turn");
    expect(answer.content).toEqual([{ type: "text", text: expect.stringContaining("This is a rehearsal") }]);
  });

  it("says so too when a plan is to be discussed, not made", async () => {
    const tools = [tool("submit_plan"), tool("propose_changes")];
    const answer = await ask({ tools, messages: [{ role: "user", content: "Is it good?" }] });
    expect(answer.content).toEqual([{ type: "text", text: expect.stringContaining("This is a rehearsal") }]);
  });

  it("answers whole as well as streamed", async () => {
    const client = new Anthropic({ apiKey: "none", baseURL: rehearsal.url, maxRetries: 0 });
    const request = { model: "rehearsal", max_tokens: 100, messages: [{ role: "user" as const, content: "Hello." }] };
    const [whole, streamed] = [await client.messages.create(request), await ask(request)];
    expect(streamed.content).toEqual(whole.content);
  });

  it("refuses what is no Messages request", async () => {
    const wrong = await fetch(`${rehearsal.url}/v1/messages`, { method: "POST", body: "{" });
    expect(wrong.status).toBe(400);
    expect((await fetch(`${rehearsal.url}/v1/models`)).status).toBe(404);
  });
});

describe("the sample", () => {
  it("passes its tests at the start and after each task in the plan's order, with more tests each time code is added", async () => {
    const folder = await mkdtemp(join(tmpdir(), "coppice-sample-"));
    folders.push(folder);
    await cp(sampleProject, folder, { recursive: true });
    let tests = await runSampleTests(folder);
    expect(tests).toEqual({ passed: 3, failed: 0 });
    for (const { work } of sampleTasks) {
      for (const { path, content } of await filesOf(work)) await write(join(folder, path), content);
      const after = await runSampleTests(folder);
      expect(after.failed).toBe(0);
      expect(after.passed).toBeGreaterThan(tests.passed);
      tests = after;
    }
  });

  it("has a task that waits for several, and one that waits for none beside the first", () => {
    expect(sampleTasks.some(({ needs }) => needs.length >= 2)).toBe(true);
    expect(sampleTasks.filter(({ needs }) => needs.length === 0).length).toBeGreaterThanOrEqual(2);
    expect(sampleTasks.map(({ title }) => title)).not.toContain(sampleAddition);
  });
});

async function ask(request: Partial<Anthropic.MessageStreamParams>): Promise<Anthropic.Message> {
  const client = new Anthropic({ apiKey: "none", baseURL: rehearsal.url, maxRetries: 0, timeout: 10_000 });
  return client.messages.stream({ model: "rehearsal", max_tokens: 1_000, messages: [], ...request }).finalMessage();
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
