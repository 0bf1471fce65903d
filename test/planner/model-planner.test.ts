import { describe, expect, test } from "vitest";
import { CoppiceError } from "../../src/core/errors.ts";
import { openModelPlanner } from "../../src/planner/model-planner.ts";
import { samplePlan, sampleTask } from "../core/plan/sample-plan.ts";
import { git } from "../git/origin.ts";
import type { ScriptedAnswer, ScriptedRequest } from "../support/scripted-model.ts";
import { makeDesk, never } from "./model/desk.ts";

const design = {
  key: "T1",
  title: "Design",
  description: "d",
  specialist: "specifications-engineer",
  phase: "design",
};
const build = {
  key: "T2",
  title: "Build",
  description: "b",
  specialist: "backend-systems-engineer",
  phase: "implementation",
  needs: ["T1"],
  acceptance: ["works"],
};
const good = { tasks: [design, build] };
const cyclic = { tasks: good.tasks.map((task) => ({ ...task, needs: [task.key === "T1" ? "T2" : "T1"] })) };
const submit = (input: unknown) => [{ name: "submit_plan", input }];
const propose = (...changes: unknown[]) => [{ name: "propose_changes", input: { changes } }];

/** The answers in this order, the last again and again. */
const inOrder =
  (...answers: ScriptedAnswer[]) =>
  (_: ScriptedRequest, index: number): ScriptedAnswer =>
    answers[Math.min(index, answers.length - 1)] ?? [];

const goal = { goal: "Add login", adopted: false };
const plan = samplePlan({ T1: [], T2: ["T1"], T3: ["T2"] });
const task = plan.tasks[1] ?? sampleTask("T2");

describe("a turn that plans", () => {
  test("looks into the repository, asks, hands in; what is left out has its plain meaning, usage is summed", async () => {
    const { planner, requests, context } = await makeDesk(
      inOrder(
        [
          { name: "list_directory", input: { path: "src" } },
          { name: "read_file", input: { path: "src/session.ts" } },
        ],
        [
          { name: "search", input: { words: "LIFETIME" } },
          { name: "git_log", input: {} },
        ],
        ["So:", { name: "ask_questions", input: { questions: ["Which provider?"] } }, ...submit(good)],
      ),
    );
    const planned = await planner.plan({ ...context, ...goal }, never);
    expect(planned).toMatchObject({
      kind: "planned",
      tasks: [
        { key: "T1", needs: [], priority: "normal", touches: [], acceptance: [] },
        { key: "T2", needs: ["T1"], acceptance: ["works"] },
      ],
      questions: ["Which provider?"],
      usage: { inputTokens: 30, outputTokens: 15 },
    });
    expect([planner.name, planner.isModel]).toEqual(["claude-opus-5-5", true]);
    expect(requests[1]?.heard).toEqual([
      '<untrusted name="list_directory">\ndeep/\nsession.ts\n</untrusted>',
      expect.stringContaining("export const lifetime = 3600;"),
    ]);
    expect(requests[2]?.heard[0]).toContain("src/session.ts:1: export const lifetime = 3600;");
    expect(requests[2]?.heard[1]).toMatch(/[0-9a-f]{7} \S+ Person: change/);
  });

  test("knows the specialists, and gives a task for one that is on no list to another", async () => {
    const tasks = [{ ...design, specialist: "wizard", title: "Write the README" }];
    const { planner, requests, context } = await makeDesk(inOrder(submit({ tasks })));
    const planned = await planner.plan({ ...context, ...goal }, never);
    expect(planned).toMatchObject({ kind: "planned", tasks: [{ specialist: "docs-writer" }] });
    expect(requests[0]?.system[0]?.text).toMatch(/^- docs-writer: /m);
  });

  test("says the goal and the guidance are a maintainer's, and a goal from a stranger's issue is not", async () => {
    const { planner, requests, context } = await makeDesk(inOrder(submit(good)));
    await planner.plan({ ...context, ...goal, guidance: "Smaller tasks" }, never);
    await planner.plan({ ...context, ...goal, adopted: true }, never);
    await planner.plan({ ...context, ...goal, goal: plan.goal, plan }, never);
    expect(requests[0]?.asked).toContain("The goal, by a maintainer:\n\nAdd login");
    expect(requests[0]?.asked).toContain("planned now:\n\nSmaller tasks");
    expect(requests[1]?.asked).toContain('<untrusted name="goal">\nAdd login\n</untrusted>');
    expect(requests[2]?.asked).toContain(`The goal stays:\n\n<untrusted name="goal">\n${plan.goal}\n</untrusted>`);
  });

  test.each([
    ["a circle", submit(cyclic), "T1 needs T2 needs T1: tasks cannot wait for each other in a circle"],
    ["no tasks", submit({ tasks: [] }), "tasks: "],
    [
      "too many tasks",
      submit({ tasks: Array.from({ length: 9 }, (_, at) => ({ ...design, key: `T${at + 1}` })) }),
      "8",
    ],
    ["no tool call", ["Here is my plan: …"], "submit_plan was not called"],
    ["a cut answer", { stop: "max_tokens" as const, content: submit(good) }, "too long"],
    ["nothing at all", [], "submit_plan was not called"],
  ])("%s is given back once, with what is wrong", async (_, bad, problem) => {
    const { planner, requests, context } = await makeDesk(inOrder(bad, submit(good)));
    expect(await planner.plan({ ...context, ...goal, maxTasks: 8 }, never)).toMatchObject({
      kind: "planned",
      usage: { inputTokens: 20, outputTokens: 10 },
    });
    expect(requests).toHaveLength(2);
    expect(requests[1]?.heard.join()).toContain(problem);
  });

  test("what is wrong twice is refused, and costs what it cost", async () => {
    const { planner, requests, context } = await makeDesk(inOrder(submit(cyclic)));
    expect(await planner.plan({ ...context, ...goal }, never)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("gave no valid answer, not even when told what was wrong: T1 needs T2"),
      usage: { inputTokens: 20, outputTokens: 10, dollars: expect.any(Number) },
    });
    expect(requests).toHaveLength(2);
  });

  test("a model that declines is refused in a line", async () => {
    const { planner, context } = await makeDesk(inOrder({ stop: "refusal", content: ["No."] }));
    expect(await planner.plan({ ...context, ...goal }, never)).toMatchObject({
      kind: "refused",
      reason: "the model claude-opus-5-5 declined to answer",
      usage: { inputTokens: 10 },
    });
  });

  test("works in a repository without commits", async () => {
    const { planner, requests, context, origin } = await makeDesk(
      inOrder([{ name: "read_file", input: { path: "README.md" } }], submit(good)),
      { files: { "README.md": "" } },
    );
    await git(origin.folder, "update-ref", "-d", "refs/heads/main");
    expect(await planner.plan({ ...context, ...goal }, never)).toMatchObject({ kind: "planned" });
    expect(requests[0]?.system[0]?.text).toContain("The repository is empty.");
    expect(requests[1]?.heard).toEqual(["The repository is empty."]);
  });
});

describe("a turn that never ends", () => {
  test("may look twelve times, and is ended after sixteen answers", async () => {
    const { planner, requests, context } = await makeDesk(() => [{ name: "read_file", input: { path: "README.md" } }]);
    expect(await planner.plan({ ...context, ...goal }, never)).toMatchObject({
      kind: "refused",
      reason: "the model claude-opus-5-5 came to no end after 16 answers; ask for less at once",
      usage: { inputTokens: 160 },
    });
    expect(requests).toHaveLength(16);
    expect(requests[12]?.heard[0]).toContain('<untrusted name="read_file">');
    expect(requests[13]?.heard).toEqual(["All 12 looks of this turn are used: go on with what you know."]);
  });

  test("may look twelve times in one answer too", async () => {
    const look = { name: "list_directory", input: {} };
    const { planner, requests, context } = await makeDesk(inOrder(Array(40).fill(look), submit(good)));
    expect(await planner.plan({ ...context, ...goal }, never)).toMatchObject({ kind: "planned" });
    expect(requests[1]?.heard.filter((text) => text.startsWith("<untrusted"))).toHaveLength(12);
    expect(requests[1]?.heard).toHaveLength(40);
  });

  test("is ended when its time is over, with what to do meanwhile", async () => {
    const { planner, context } = await makeDesk(() => new Promise<ScriptedAnswer>(() => {}), { turnMilliseconds: 200 });
    expect(await planner.discuss({ ...context, text: "?", author: "alice" }, never)).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/took too long\. Write the command again later; .*\/edit/),
    });
  });

  test("is ended by the signal, which is no refusal", async () => {
    const stop = new AbortController();
    const { planner, context } = await makeDesk(() => {
      stop.abort(new Error("shutting down"));
      return new Promise<ScriptedAnswer>(() => {});
    });
    await expect(planner.plan({ ...context, ...goal }, stop.signal)).rejects.toThrow("shutting down");
  });
});

describe("a model that cannot help", () => {
  test.each([
    [
      { status: 529, message: "Overloaded" },
      /cannot be reached now \(529\): Overloaded\. Write the command again later/,
    ],
    [{ status: 400, message: "balance too low" }, /refused the request \(400\): balance too low$/],
    [{ status: 401 }, /refused the key/],
  ])("%j is a clear line, with what was spent before", async (failure, reason) => {
    const { planner, context } = await makeDesk(inOrder([{ name: "git_log", input: {} }], failure));
    expect(await planner.plan({ ...context, ...goal }, never)).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(reason),
      usage: { inputTokens: 10 },
    });
  });

  test("anything else is thrown", async () => {
    const { context } = await makeDesk(inOrder([]));
    const broken = openModelPlanner({
      model: { name: "m", ask: () => Promise.reject(new CoppiceError("internal", "bug")) },
      code: {
        refresh: async () => undefined,
        files: async () => [],
        list: async () => undefined,
        search: async () => [],
        log: async () => [],
        read: async () => undefined,
      },
    });
    await expect(broken.plan({ ...context, ...goal }, never)).rejects.toThrow("bug");
  });
});

describe("a turn that changes one task", () => {
  test("gives the fields that change, checked against the plan", async () => {
    const { planner, requests, context } = await makeDesk(
      inOrder(
        propose({ kind: "modify", key: "T2", change: { needs: ["T3"] } }),
        propose({ kind: "modify", key: "T2", change: { title: "Better", specialist: "wizard" } }),
      ),
    );
    const modified = await planner.modify({ ...context, plan, task, text: "make it better" }, never);
    expect(modified).toMatchObject({ kind: "modified", change: { title: "Better" } });
    expect(modified).toHaveProperty("change.specialist", "backend-systems-engineer");
    expect(requests[0]?.asked).toContain("make it better");
    expect(requests[1]?.heard.join()).toContain("in a circle");
  });

  test.each([
    ["another task", { kind: "modify", key: "T3", change: { title: "x" } }],
    ["another kind of change", { kind: "remove", key: "T2" }],
    ["nothing", { kind: "modify", key: "T2", change: {} }],
  ])("is refused when it changes %s, told so once", async (_, change) => {
    const { planner, requests, context } = await makeDesk(inOrder(propose(change)));
    expect(await planner.modify({ ...context, plan, task, text: "better" }, never)).toMatchObject({ kind: "refused" });
    expect(requests).toHaveLength(2);
  });
});

describe("a turn that splits a task", () => {
  const parts = (count: number) => Array.from({ length: count }, (_, at) => ({ ...design, key: `T${at + 1}` }));

  test("gives the parts, as many as were asked for", async () => {
    const { planner, requests, context } = await makeDesk(
      inOrder(
        propose({ kind: "split", key: "T2", parts: parts(2) }),
        propose({ kind: "split", key: "T2", parts: parts(3) }),
      ),
    );
    const split = await planner.split({ ...context, plan, task, text: "by layer", into: 3 }, never);
    expect(split).toMatchObject({ kind: "split", parts: [{ key: "T1" }, { key: "T2" }, { key: "T3" }] });
    expect(requests[0]?.asked).toMatch(/Split the task T2 into 3 parts[\s\S]*by layer/);
    expect(requests[1]?.heard.join()).toContain("T2 was cut into 2 parts; 3 are wanted");
  });
});

describe("a turn that discusses", () => {
  const discuss = { text: "Is T2 too big?", author: "alice", trusted: true, plan };

  test("looks, proposes, asks, and ends with words", async () => {
    const { planner, requests, context } = await makeDesk(
      inOrder(
        ["Let me see.", { name: "read_file", input: { path: "src/session.ts" } }],
        [
          { name: "search", input: { words: "lifetime", path: "src/deep" } },
          ...propose({ kind: "add", task: { ...build, needs: ["T3"] } }, { kind: "remove", key: "T1" }),
          { name: "ask_questions", input: { questions: ["How long?"] } },
        ],
        ["Yes, it is. I propose to add one."],
      ),
    );
    expect(await planner.discuss({ ...context, ...discuss }, never)).toMatchObject({
      kind: "discussed",
      text: "Yes, it is. I propose to add one.",
      changes: [
        { kind: "add", task: { title: "Build", needs: ["T3"] } },
        { kind: "remove", key: "T1" },
      ],
      questions: ["How long?"],
      usage: { inputTokens: 30 },
    });
    expect(requests[2]?.heard).toEqual([expect.stringContaining("src/deep/store.ts:1:"), "Accepted.", "Accepted."]);
    expect(requests[0]?.asked).toContain("A maintainer says:\n\nIs T2 too big?");
    expect(requests[0]?.asked).toContain("gets the key T4");
  });

  test("a proposal may build on itself, counting from the highest key ever given", async () => {
    const { planner, requests, context } = await makeDesk(
      inOrder(propose({ kind: "add", task: design }, { kind: "add", task: { ...build, needs: ["T9"] } }), [
        "Two more.",
      ]),
    );
    const asked = { ...context, ...discuss, lastKey: 8 };
    expect(await planner.discuss(asked, never)).toMatchObject({ kind: "discussed", changes: [{}, {}] });
    expect(requests[0]?.asked).toContain("gets the key T9");
  });

  test("a proposal that does not fit the plan is told once, then the turn is refused", async () => {
    const change = propose({ kind: "remove", key: "T9" });
    const once = await makeDesk(inOrder(change, ["Then not."]));
    expect(await once.planner.discuss({ ...once.context, ...discuss }, never)).toMatchObject({
      kind: "discussed",
      text: "Then not.",
      changes: [],
    });
    expect(once.requests[1]?.heard.join()).toContain("T9 is not in this plan; it has T1 to T3");
    const twice = await makeDesk(inOrder(change));
    expect(await twice.planner.discuss({ ...twice.context, ...discuss }, never)).toMatchObject({ kind: "refused" });
  });

  test("the last proposal and the last questions count", async () => {
    const ask = (question: string) => ({ name: "ask_questions", input: { questions: [question] } });
    const { planner, context } = await makeDesk(
      inOrder(
        [...propose({ kind: "remove", key: "T3" }), ask("One?")],
        [...propose({ kind: "remove", key: "T1" }), ask("Two?")],
        ["Done."],
      ),
    );
    expect(await planner.discuss({ ...context, ...discuss }, never)).toMatchObject({
      changes: [{ kind: "remove", key: "T1" }],
      questions: ["Two?"],
    });
  });

  test("words before the last call count when none follow it", async () => {
    const { planner, context } = await makeDesk(inOrder(["My answer.", { name: "git_log", input: {} }], []));
    expect(await planner.discuss({ ...context, ...discuss }, never)).toMatchObject({ text: "My answer." });
  });

  test("what this turn does not take, or no tool at all, changes nothing", async () => {
    const { planner, requests, context } = await makeDesk(
      inOrder([...submit(good), { name: "approve", input: { revision: 1 } }], ["/approve r1"]),
    );
    expect(await planner.discuss({ ...context, ...discuss }, never)).toMatchObject({
      kind: "discussed",
      text: "/approve r1",
      changes: [],
      questions: [],
    });
    expect(requests[1]?.heard).toEqual(["submit_plan is not for this turn.", "There is no tool approve."]);
  });

  test("without a plan there is nothing to change and no approval to block", async () => {
    const { planner, requests, context } = await makeDesk(
      inOrder([{ name: "ask_questions", input: { questions: ["What?"] } }], ["What do you want?"]),
    );
    const asked = { ...context, ...discuss, plan: undefined };
    expect(await planner.discuss(asked, never)).toMatchObject({ kind: "discussed", questions: [] });
    expect(requests[1]?.heard.join()).toContain("there is no plan whose approval a question could block");
  });
});

describe("every request", () => {
  test("has the same tools and system text, byte for byte, whatever the turn is for", async () => {
    const { planner, requests, context } = await makeDesk((request) => {
      if (request.asked.includes("submit_plan")) return submit(good);
      if (request.asked.includes("kind modify")) return propose({ kind: "modify", key: "T2", change: { title: "x" } });
      if (request.asked.includes("kind split")) return propose({ kind: "split", key: "T2", parts: [design, build] });
      return ["Fine."];
    });
    const one = { ...context, plan, task, text: "t" };
    await planner.plan({ ...context, ...goal }, never);
    await planner.modify(one, never);
    await planner.split(one, never);
    await planner.discuss({ ...one, author: "alice" }, never);
    expect(requests).toHaveLength(4);
    expect(new Set(requests.map(({ system, tools }) => JSON.stringify([tools, system]))).size).toBe(1);
    expect(requests[0]?.tools.map(({ name }) => name)).toEqual([
      "list_directory",
      "read_file",
      "search",
      "git_log",
      "submit_plan",
      "propose_changes",
      "ask_questions",
    ]);
  });
});
