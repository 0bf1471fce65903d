import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { apply, applyAll } from "../../../src/core/plan/apply.ts";
import type { PlanCommand } from "../../../src/core/plan/command.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { PlannedTask } from "../../../src/core/task/task.ts";
import type { ThreadEntry } from "../../../src/planner/planner.ts";
import { sampleProject } from "../../../src/rehearsal/sample.ts";
import type { ScriptedRequest } from "../../support/scripted-model.ts";
import { makeDesk, never } from "./desk.ts";

const paragraph =
  "Build on the store that is there and keep its interface: callers must not notice. Cover the edges that the issue names, and leave the command line alone. ";

function task(number: number, needs: readonly number[] = []) {
  return {
    key: `T${number}` as const,
    title: `Move part ${number} of the sessions to the new store`,
    description: paragraph.repeat(2),
    acceptance: ["the tests of the store pass", `part ${number} is read from the new store`],
    specialist: "backend-systems-engineer",
    phase: "implementation" as const,
    needs: needs.map((need) => `T${need}` as const),
    priority: "normal" as const,
    touches: [`src/sessions/part-${number}.ts`],
  } satisfies PlannedTask;
}

/** What a person says in each turn, and what changes in the plan by it. */
type Step = (said: string) => Promise<readonly PlanCommand[]>;

describe("a conversation of ten turns", () => {
  test("could be read from the model's cache for at least 80% of its input", async () => {
    const { planner, requests, context } = await makeDesk(answer, { files: await repository() });
    const thread: ThreadEntry[] = [];
    let plan: Plan | undefined;
    const now = () => ({ ...context, thread: [...thread], plan });
    const open = () => ({ ...now(), plan: plan ?? { goal: "", tasks: [] }, task: plan?.tasks[1] ?? task(2) });
    const discuss: Step = async (text) => {
      const discussed = await planner.discuss({ ...now(), text, author: "alice", trusted: true }, never);
      if (discussed.kind === "refused") throw new Error(discussed.reason);
      thread.push({ author: "coppice[bot]", voice: "planner", text: discussed.text });
      return discussed.changes;
    };
    const steps: readonly Step[] = [
      async (goal) => {
        const planned = await planner.plan({ ...now(), goal, adopted: false }, never);
        if (planned.kind === "refused") throw new Error(planned.reason);
        return [{ kind: "plan", goal, tasks: planned.tasks }];
      },
      discuss,
      discuss,
      async (text) => {
        const modified = await planner.modify({ ...open(), text }, never);
        if (modified.kind === "refused") throw new Error(modified.reason);
        return [{ kind: "modify", key: "T2", change: modified.change }];
      },
      discuss,
      discuss,
      async (text) => {
        const split = await planner.split({ ...open(), text }, never);
        if (split.kind === "refused") throw new Error(split.reason);
        return [{ kind: "split", key: "T2", parts: split.parts }];
      },
      discuss,
      discuss,
      discuss,
    ];
    for (const [index, step] of steps.entries()) {
      const text = `Turn ${index + 1}. ${paragraph}`;
      const changes = await step(text);
      thread.push({ author: "alice", voice: "maintainer", text });
      thread.push({ author: "mallory", voice: "other", text: `I disagree. ${paragraph}` });
      if (changes.length === 0) continue;
      const before = plan && { plan, record: { status: { kind: "draft" as const }, tasks: {} } };
      const [first] = changes;
      const applied = first?.kind === "plan" ? apply(before, first) : applyAll(before, changes);
      if (applied.kind === "refused") throw new Error(applied.reason);
      plan = applied.plan;
    }
    expect(plan?.tasks.length).toBeGreaterThan(5);
    expect(requests.length).toBeGreaterThan(15);
    const { total, cacheable } = measure(requests);
    expect(total / requests.length).toBeLessThan(60_000);
    expect(cacheable / total).toBeGreaterThanOrEqual(0.8);
    for (const request of requests) expect(marksOf(request).length).toBeLessThanOrEqual(4);
  });
});

/** Turns look once or twice before they answer. */
function answer({ asked, turn }: ScriptedRequest) {
  if (asked.includes("submit_plan")) {
    if (turn < 2) return [{ name: turn === 0 ? "list_directory" : "search", input: { path: "src", words: "unit" } }];
    return [
      { name: "submit_plan", input: { tasks: [task(1), task(2, [1]), task(3, [1]), task(4, [2]), task(5, [4])] } },
    ];
  }
  if (asked.includes("kind modify")) {
    return [
      { name: "propose_changes", input: { changes: [{ kind: "modify", key: "T2", change: { title: "Move" } }] } },
    ];
  }
  if (asked.includes("kind split")) {
    return [
      {
        name: "propose_changes",
        input: { changes: [{ kind: "split", key: "T2", parts: [task(1), task(2), task(3)] }] },
      },
    ];
  }
  if (turn === 0) return [{ name: "read_file", input: { path: "src/convert.js" } }];
  return turn === 1 && asked.includes("Turn 6")
    ? [{ name: "propose_changes", input: { changes: [{ kind: "remove", key: "T5" }] } }]
    : [paragraph];
}

/** A small project of some 60 files: the sample's own, and modules as such projects have them. */
async function repository(): Promise<Record<string, string>> {
  const read = (path: string) => readFile(`${sampleProject}/${path}`, "utf8");
  const paths = ["README.md", "package.json", "src/convert.js", "src/main.js"];
  const files = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));
  for (let part = 1; part <= 28; part++) {
    files[`src/sessions/part-${part}.ts`] = "export const unit = 1;\n";
    files[`test/sessions/part-${part}.test.ts`] = "";
  }
  return files;
}

/** One request as the model's host reads it: tools, system text, messages; and after which bytes the marks stand. */
function piecesOf({ tools, system, messages }: ScriptedRequest): readonly { text: string; marked: boolean }[] {
  const blocks = [...system, ...messages.flatMap(({ role, content }) => content.map((block) => ({ role, ...block })))];
  return [
    ...tools.map((tool) => ({ text: JSON.stringify(tool), marked: false })),
    ...blocks.map(({ cache_control: mark, ...block }) => ({ text: JSON.stringify(block), marked: mark !== undefined })),
  ];
}

function marksOf(request: ScriptedRequest): readonly number[] {
  return piecesOf(request).flatMap(({ marked }, index) => (marked ? [index] : []));
}

/** A request finds what the one before it left at a mark, if it begins with the same bytes up to there and has a mark within twenty blocks after it. */
function measure(requests: readonly ScriptedRequest[]): { total: number; cacheable: number } {
  let total = 0;
  let cacheable = 0;
  for (const [index, request] of requests.entries()) {
    const pieces = piecesOf(request);
    total += bytesOf(pieces);
    const before = requests[index - 1];
    if (before === undefined) continue;
    const earlier = piecesOf(before);
    const differs = pieces.findIndex(({ text }, at) => text !== earlier[at]?.text);
    const shared = differs < 0 ? pieces.length : differs;
    const marks = marksOf(request);
    const found = marksOf(before).filter((mark) => mark < shared && marks.some((at) => at >= mark && at - mark < 20));
    cacheable += bytesOf(pieces.slice(0, (found.at(-1) ?? -1) + 1));
  }
  return { total, cacheable };
}

function bytesOf(pieces: readonly { text: string }[]): number {
  return pieces.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}
