import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { firstMarks } from "../../../src/planner/inbox/marks.ts";
import { openInbox } from "../../../src/planner/inbox.ts";
import { planPath, revisionPath } from "../../../src/wire/ledger-paths.ts";
import { fourTasks, modelPlanner, proposing, setUp } from "./support.ts";

const fenced = (yaml: string) => `\`\`\`yaml\n${yaml}\n\`\`\``;

describe("changing a plan", () => {
  test("/split cuts a task up; what waited for it waits for the parts", async () => {
    const model = modelPlanner();
    const at = setUp({ planner: model.planner });
    await at.tell("/plan");
    await at.tell("/split T1 into 2 one each side");
    const tasks = (await at.load())?.plan.tasks.map(({ key, needs }) => [key, needs]);
    expect(tasks).toEqual([
      ["T3", []],
      ["T4", ["T3"]],
      ["T2", ["T4"]],
    ]);
    expect(model.asked).toEqual(["plan", "split"]);
  });

  test("/assign gives a task to another specialist", async () => {
    const at = setUp();
    await at.tell("/plan");
    await at.tell("/assign T2 docs-writer");
    expect((await at.load())?.plan.tasks[1]?.specialist).toBe("docs-writer");
  });

  test("/edit alone shows the plan as text, which sent back changed is the next revision", async () => {
    const at = setUp();
    await at.tell("/plan");
    const id = await at.tell("/edit");
    const [answer = ""] = at.answersTo(id);
    const yaml = /```yaml\n([\s\S]*?)\n```/.exec(answer)?.[1] ?? "";
    expect(yaml).toContain("goal:");
    const unchanged = await at.tell(`/edit\n${fenced(yaml)}`);
    expect(at.answersTo(unchanged)[0]).toContain("that is the plan as it is");
    const changed = await at.tell(`/edit\n${fenced(yaml.replace(/title: .*/, "title: First of all"))}`);
    expect(at.answersTo(changed)).toEqual([]);
    const state = await at.load();
    expect(state?.record.revision).toBe(2);
    expect(state?.plan.tasks[0]?.title).toBe("First of all");
  });

  test("/edit with the text of an earlier revision throws nothing away that others did meanwhile", async () => {
    const at = setUp({ planner: fourTasks });
    at.people.permit("grace", "write");
    await at.tell("/plan Build a REST API");
    const [shown = ""] = at.answersTo(await at.tell("/edit"));
    const yaml = /```yaml\n([\s\S]*)\n```/.exec(shown)?.[1] ?? "";
    expect(yaml).toMatch(/^revision: 1\n/);
    await at.tell("/add Another task", at.issue, "grace");
    const late = await at.tell(`/edit\n\`\`\`yaml\n${yaml}\n\`\`\``);
    expect(at.answersTo(late)[0]).toContain("this text is of r1, the plan is at r2: write /edit again");
    expect((await at.load())?.plan.tasks).toHaveLength(5);
    await at.tell(`/edit\n\`\`\`yaml\n${yaml.replace(/^.*\n/, "")}\n\`\`\``);
    expect((await at.load())?.plan.tasks).toHaveLength(4);
  });

  test("a comment's changes are one revision, and so one step back; undone is byte-identical", async () => {
    const at = setUp();
    await at.tell("/plan");
    const first = at.files().get(planPath(at.issue));
    await at.tell("/add One\n/add Two\n/assign T1 docs-writer");
    const second = at.files().get(planPath(at.issue));
    await at.tell("/remove T1");
    await at.tell("/undo");
    expect(at.files().get(planPath(at.issue))).toBe(second);
    await at.tell("/undo");
    expect(at.files().get(planPath(at.issue))).toBe(first);
    await at.tell("/undo r3");
    expect((await at.load())?.record.revision).toBe(6);
    await at.tell("/undo 2");
    expect(at.files().get(planPath(at.issue))).toBe(first);
    const texts = [1, 2, 3, 4, 5, 6, 7].map((revision) => at.files().get(revisionPath(at.issue, revision)));
    expect(texts).toEqual([first, second, texts[2], second, first, texts[2], first]);
  });

  test("keys that were undone are not given again", async () => {
    const at = setUp();
    await at.tell("/plan");
    const last = (await at.load())?.record.lastKey ?? 0;
    await at.tell("/add One");
    await at.tell("/undo");
    await at.tell("/add Two");
    expect((await at.load())?.plan.tasks.at(-1)?.key).toBe(`T${last + 2}`);
  });

  test("/plan with a plan there keeps its goal and takes the text as guidance; on a cancelled one it is a new goal", async () => {
    const requests: object[] = [];
    const model = modelPlanner();
    const planner = {
      ...model.planner,
      plan: (...[request, signal]: Parameters<typeof model.planner.plan>) => {
        requests.push({ goal: request.goal, guidance: request.guidance, adopted: request.adopted });
        return model.planner.plan(request, signal);
      },
    };
    const at = setUp({ planner });
    await at.tell("/plan Add OAuth");
    await at.tell("/plan Fewer tasks, please");
    await at.tell("/plan");
    await at.tell("/cancel");
    await at.tell("/plan Add SAML");
    expect(requests).toEqual([
      { goal: "Add OAuth", adopted: false },
      { goal: "Add OAuth", guidance: "Fewer tasks, please", adopted: false },
      { goal: "Add OAuth", adopted: false },
      { goal: "Add SAML", adopted: false },
    ]);
    expect((await at.load())?.plan.goal).toBe("Add SAML");
  });

  test("the goal is the issue's text as it stood when the command was written", async () => {
    const at = setUp();
    const id = at.say("/plan");
    at.clock.advance(1_000);
    at.people.rewrite(at.issue, "Delete everything.");
    await at.inbox.handle(at.issue);
    expect(await at.load()).toBeUndefined();
    expect(at.answersTo(id)[0]).toContain(
      "this issue's text was edited after you wrote; read it, then write /plan again",
    );
    await at.tell("/plan");
    expect((await at.load())?.plan.goal).toContain("Delete everything.");
  });
});

describe("a command that was carried out", () => {
  test.each(["/approve r2", "/cancel"])(
    "is not asked for again when its comment is edited once its mark is forgotten, with %s",
    async (last) => {
      const at = setUp({ planner: modelPlanner(proposing([{ kind: "remove", key: "T2" }], ["Why?"])).planner });
      const ids: number[] = [];
      for (const words of ["/plan", "/discuss Really?", "/answer Q1 Because", "/remove T2", last]) {
        ids.push(await at.tell(words));
      }
      const answers = at.answers().length;
      await at.options.store.moveMarks((marks) => ({ ...(marks ?? firstMarks("")), applied: [] }));
      at.clock.advance(1_000);
      for (const id of ids) at.people.editComment(id, `${at.world.comments.get(id)?.body} (a typo mended)`);
      await openInbox(at.options).sweep();
      expect(at.answers()).toHaveLength(answers);
    },
  );
});

describe("questions", () => {
  test("hold an approval up until they are answered or waived", async () => {
    const questions = ["Which database?", "Who may log in?"];
    const planned = modelPlanner();
    const at = setUp({
      planner: {
        ...planned.planner,
        plan: async (request, signal) => ({ ...(await planned.planner.plan(request, signal)), questions }),
      },
    });
    await at.tell("/plan");
    const early = await at.tell("/approve r1");
    expect(at.answersTo(early)[0]).toContain("Q1, Q2 are not answered");
    await at.tell("/answer Q1 Postgres");
    expect((await at.load())?.record.questions?.[0]?.answer).toMatchObject({ by: "ada", text: "Postgres" });
    const one = await at.tell("/approve r1");
    expect(at.answersTo(one)[0]).toContain("Q2 is not answered");
    await at.tell("/answer Q2 Everybody\n/approve r1");
    expect((await at.load())?.record.status.kind).toBe("approved");
    expect((await at.load())?.record.revision).toBe(1);
  });

  test("may be waived by --anyway", async () => {
    const at = setUp({ planner: modelPlanner(proposing([], ["Which database?"])).planner });
    await at.tell("/plan");
    const id = await at.tell("/discuss What is missing?");
    expect(at.answersTo(id)[0]).toMatch(
      /I would change this\.\n\n.*\n\n- \*\*Q1\*\* Which database\?\n\nWrite `\/answer Q1 <text>`\./,
    );
    await at.tell("/approve r1");
    expect((await at.load())?.record.status.kind).toBe("draft");
    await at.tell("/approve r1 --anyway");
    expect((await at.load())?.record).toMatchObject({ status: { kind: "approved" }, questions: [{ waived: true }] });
  });
});

describe("/submit", () => {
  test("puts one task straight into the queue", async () => {
    const at = setUp();
    const id = await at.tell("/submit Fix the broken link agent:docs-writer priority:high");
    const state = await at.load();
    expect(state?.plan.tasks).toMatchObject([{ key: "T1", title: "Fix the broken link", specialist: "docs-writer" }]);
    expect(state?.record.status).toMatchObject({
      kind: "approved",
      approval: { comment: id, by: "ada", hash: state?.hash },
    });
    expect(at.woken).toEqual([at.issue]);
  });

  test("--decompose plans and approves in one go, and tells what would have been asked", async () => {
    const model = modelPlanner();
    const at = setUp({
      planner: {
        ...model.planner,
        plan: async (request, signal) => ({
          ...(await model.planner.plan(request, signal)),
          questions: ["Which colour?"],
        }),
      },
    });
    const id = await at.tell("/submit --decompose Add a dark mode");
    const state = await at.load();
    expect(state?.plan).toMatchObject({ goal: "Add a dark mode", tasks: [{ key: "T1" }, { key: "T2" }] });
    expect(state?.record).toMatchObject({
      status: { kind: "approved" },
      planner: "model-1",
      usage: { inputTokens: 100 },
    });
    expect(at.answersTo(id)[0]).toContain("- Which colour?");
  });

  test.each([
    ["/plan", "there is a draft plan here, r1"],
    ["/submit Something", "the plan here was approved as r1"],
  ])("is refused where a plan is there after %s, before a model is asked", async (first, reason) => {
    const model = modelPlanner();
    const at = setUp({ planner: model.planner });
    await at.tell(first);
    model.asked.length = 0;
    for (const words of ["/submit Fix it", "/submit --decompose Fix it all"]) {
      expect(at.answersTo(await at.tell(words))[0]).toContain(reason);
    }
    expect(model.asked).toEqual([]);
  });

  test("is refused where two persons are wanted", async () => {
    const at = setUp({ policy: async () => ({ ...defaultPolicy, twoPersons: true }) });
    const id = await at.tell("/submit Fix it");
    expect(at.answersTo(id)[0]).toContain("two people are wanted here");
    expect(await at.load()).toBeUndefined();
  });
});

describe("deciding", () => {
  test("with two persons wanted, whoever made the newest revision cannot approve it", async () => {
    const at = setUp({ policy: async () => ({ ...defaultPolicy, twoPersons: true }) });
    at.people.permit("grace", "write");
    await at.tell("/plan");
    const own = await at.tell("/approve r1");
    expect(at.answersTo(own)[0]).toContain("two people are wanted here and you made r1");
    await at.tell("/approve r1", at.issue, "grace");
    expect((await at.load())?.record.status).toMatchObject({ kind: "approved", approval: { by: "grace" } });
  });

  test("/cancel gives the plan up, once", async () => {
    const at = setUp();
    await at.tell("/plan");
    await at.tell("/cancel");
    expect((await at.load())?.record.status).toMatchObject({ kind: "cancelled", by: "ada" });
    expect(at.answersTo(await at.tell("/cancel"))[0]).toContain("already cancelled by ada");
    expect(at.answersTo(await at.tell("/add More"))[0]).toContain("the plan was cancelled; start again with /plan");
  });

  test("/plans lists every plan with its state and progress, and those that cannot be read with the reason", async () => {
    const at = setUp({ doneTasks: () => 1, planner: fourTasks });
    const second = at.people.openIssue({ title: "Another" }).number;
    const third = at.people.openIssue({ title: "A third" }).number;
    await at.tell("/plan");
    await at.tell("/submit Fix it", second);
    at.commitLedger([{ path: planPath(third), text: "goal: [" }]);
    const id = await at.tell("/plans");
    const [answer = ""] = at.answersTo(id);
    expect(answer).toContain(`| #${at.issue} | Add OAuth login | r1, a draft | 1 of 4 done |`);
    expect(answer).toContain(`| #${second} | Fix it | r1, approved by ada | 1 of 1 done |`);
    expect(answer).toContain(`- #${third}: plans/${third}/record.yaml:1: the file is missing`);
  });
});

describe("every command, misused, is answered in one line that says what would be right, and changes nothing", () => {
  test.each([
    ["/plan\n/amend", "/plan makes a plan anew and /amend changes an approved one"],
    ["/discuss", "/discuss needs words"],
    ["/answer", "Q1"],
    ["/answer Q9 yes", "there is no Q9; no question is open"],
    ["/accept", "nothing is proposed now"],
    ["/accept P3", "nothing is proposed now"],
    ["/accept\n/add More", "/accept stands in a comment of its own; read `/add` beside it"],
    ["/add", "title"],
    ["/add More after T99", "T99 is not in this plan; it has T1 to T4"],
    ["/add More agent:nobody", "agent:nobody is not known here; there are"],
    ["/modify T99 shorter", "T99 is not in this plan; it has T1 to T4"],
    ["/modify", "T2"],
    ["/split T99", "T99 is not in this plan; it has T1 to T4"],
    ["/remove", "T2"],
    ["/remove T1\n/remove T2\n/remove T3\n/remove T4", "T4 is the plan's only task"],
    ["/assign T1 nobody", "Not done: nobody is not known here; there are"],
    ["/assign T99 docs-writer", "T99 is not in this plan"],
    ["/edit\n```\ngoal: [\n```", "line"],
    ["/edit\n```\ntasks:\n  - key: T1\n    titel: x\n```", "titel"],
    ["/edit\n```\ntasks:\n  - key: T1\n    specialist: nobody\n```", "agent:nobody is not known here"],
    ["/undo", "there is nothing to undo"],
    ["/undo r9", "there is no r9; the plan is at r1"],
    ["/undo\n/remove T1", "/undo stands in a comment of its own"],
    ["/amend", "the plan is a draft and can be changed as it is"],
    ["/amend add More", "the plan is a draft and can be changed as it is"],
    ["/approve r1\n/add More", "an approval cannot stand beside commands that change the plan"],
    ["/approve r1\n/approve r1", "one approval is enough"],
    ["/approve r1\n/cancel", "an approval cannot stand beside"],
    ["/submit", "title"],
    ["/submit Fix it after T1", "leave the `after` out"],
    ["/cancel\n/add More", "/cancel stands in a comment of its own"],
    ["/cancel now", "takes nothing after it"],
    ["/view all", "takes nothing after it"],
    ["/plans all", "takes nothing after it"],
    ["/discuss a\n/discuss b", "/discuss stands in a comment of its own"],
    [Array(21).fill("/view").join("\n"), "21 commands in one comment; at most 20 are allowed"],
  ])("%j", async (words, reason) => {
    const at = setUp({ planner: fourTasks });
    await at.tell("/plan");
    const before = await at.load();
    const id = await at.tell(words);
    const [answer = "", ...more] = at.answersTo(id);
    expect(more).toEqual([]);
    expect(answer).toMatch(/^Not done: [^\n]*$/);
    expect(answer).toContain(reason);
    expect(at.reactions(id)).toEqual(["confused"]);
    expect(await at.load()).toEqual(before);
  });

  test.each([
    "/add x",
    "/modify T1 x",
    "/split T1",
    "/remove T1",
    "/assign T1 docs-writer",
    "/edit",
    "/accept",
    "/undo",
    "/amend add x",
    "/approve",
    "/cancel",
    "/answer Q1 x",
  ])("%s without a plan says how to begin", async (words) => {
    const at = setUp();
    const id = await at.tell(words);
    expect(at.answersTo(id)[0]).toContain("there is no plan on this issue yet; start one with /plan");
    expect(await at.load()).toBeUndefined();
  });

  test("24 kB of brackets, 2,000 tasks and a 60 kB title stop nothing", async () => {
    const at = setUp();
    await at.tell("/plan");
    const tasks = Array.from({ length: 2_000 }, (_, index) => `  - title: Task ${index}`).join("\n");
    const blocks = [
      "[".repeat(24_000),
      "{a: ".repeat(8_000),
      `tasks:\n${tasks}`,
      `goal: ${"x".repeat(60_000)}`,
      "- ".repeat(20_000),
    ];
    for (const block of blocks) {
      const started = performance.now();
      const id = await at.tell(`/edit\n${fenced(block)}`);
      expect(at.answersTo(id)[0]).toMatch(/^Not done: /);
      expect(performance.now() - started).toBeLessThan(5_000);
    }
    for (const words of [
      `/add ${"x".repeat(60_000)}`,
      `/discuss ${"y ".repeat(30_000)}`,
      `/answer Q1 ${"z".repeat(60_000)}`,
    ]) {
      expect(at.answersTo(await at.tell(words))[0]).toMatch(/^Not done: /);
    }
    expect((await at.load())?.record.revision).toBe(1);
  });
});
