import { describe, expect, test } from "vitest";
import type { Standing } from "../../../src/core/plan/steer.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import { taskMarks } from "../../../src/core/task/marker.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import type { InboxOptions } from "../../../src/planner/inbox.ts";
import { formatTaskIssue } from "../../../src/wire/task-issue.ts";
import { sampleTask } from "../../core/plan/sample-plan.ts";
import { fourTasks, otherHub, setUp } from "./support.ts";

const worker = {
  ...{ id: "w1", connected: true, slots: 2, free: 1, warm: [], draining: false },
  agents: ["codex", "command:make work"],
};
const run = { run: "r1", issue: 11, worker: "w1", agent: "codex", phase: "working", startedAt: "" } as const;

/** An approved plan of four tasks whose standing the test says; `looks` counts how often anybody asked for it. */
async function approved(standings: Partial<Record<TaskKey, Standing>> = {}, more: Partial<InboxOptions> = {}) {
  const looks: number[] = [];
  const at = setUp({
    planner: fourTasks,
    agents: () => ({ workers: [worker], runs: [run] }),
    standings: async (issue) => {
      looks.push(issue);
      return new Map(Object.entries(standings) as [TaskKey, Standing][]);
    },
    ...more,
  });
  await at.tell("/plan");
  await at.tell("/approve r1");
  const steering = async () => (await at.load())?.record.steering;
  return { at, looks, steering };
}

const running: Standing = { state: "running", epoch: 2 };

describe("a steering command", () => {
  test("is a reaction and one ledger commit, no revision, and the approval stays", async () => {
    const { at, steering, looks } = await approved({ T1: running });
    const before = await at.load();
    const commits = at.world.ledger.length;
    const woken = at.woken.length;
    const id = await at.tell("/pause T2\n/stop T1\n/priority T3 high\n/assign T4 docs-writer");
    expect([at.answersTo(id), at.reactions(id)]).toEqual([[], ["+1"]]);
    expect(await steering()).toMatchObject({
      tasks: {
        T1: { paused: { by: "ada", comment: id }, stopped: { by: "ada", comment: id, epoch: 2 } },
        T2: { paused: { by: "ada", comment: id } },
        T3: { priority: "high" },
        T4: { specialist: "docs-writer" },
      },
    });
    const after = await at.load();
    expect({ ...after, record: { ...after?.record, steering: undefined } }).toEqual({
      ...before,
      record: { ...before?.record, steering: undefined },
    });
    expect(at.world.ledger.length - commits).toBe(1);
    expect(at.world.ledger.at(-1)?.message).toContain(
      "paused T2; stopped T1; gave T3 high priority; gave T4 to docs-writer",
    );
    expect([looks.length, at.woken.length - woken]).toEqual([1, 1]);
  });

  test("pauses and resumes the whole plan without anybody looking at its tasks", async () => {
    const { at, steering, looks } = await approved();
    const id = await at.tell("/pause");
    expect(await steering()).toMatchObject({ paused: { by: "ada", comment: id } });
    await at.show();
    expect(at.answers().join()).toContain("**Paused** by ada on");
    await at.tell("/resume");
    expect(await steering()).toMatchObject({ resumed: { by: "ada" } });
    expect(looks).toEqual([]);
  });

  test("tries a task again with another agent, by its name or its kind", async () => {
    const { at, steering } = await approved({ T1: { state: "failed", epoch: 3 } });
    await at.tell("/retry T1 with command");
    expect(await steering()).toMatchObject({ tasks: { T1: { agent: "command:make work", retried: { by: "ada" } } } });
    await at.tell("/assign T1 Codex");
    expect(await steering()).toMatchObject({ tasks: { T1: { agent: "codex" } } });
  });

  test("is carried out once, whichever hub sees it first", async () => {
    const { at } = await approved();
    const id = at.say("/pause T1");
    const other = otherHub(at);
    await Promise.all([at.inbox.handle(at.issue), other.inbox.handle(at.issue)]);
    expect([at.answersTo(id), at.reactions(id)]).toEqual([[], ["+1"]]);
    at.people.editComment(id, "/pause T1 now");
    await otherHub(at, { hubId: "hub-3" }).inbox.handle(at.issue);
    expect(at.answersTo(id)).toEqual([]);
  });

  test("may stand beside an approval and beside what only asks", async () => {
    const at = setUp({ planner: fourTasks });
    await at.tell("/plan");
    const id = await at.tell("/approve r1\n/pause T3\n/status");
    expect(at.reactions(id)).toEqual(["+1"]);
    expect((await at.load())?.record).toMatchObject({
      status: { kind: "approved" },
      steering: { tasks: { T3: { paused: { by: "ada" } } } },
    });
  });

  test("of a draft: priorities and specialists change the plan, a pause and an agent wait for the approval", async () => {
    const at = setUp({ planner: fourTasks, agents: () => ({ workers: [worker], runs: [] }) });
    await at.tell("/plan");
    await at.tell("/priority T1 high\n/assign T1 docs-writer\n/assign T2 codex");
    const state = await at.load();
    expect(state?.plan.tasks[0]).toMatchObject({ priority: "high", specialist: "docs-writer" });
    expect(state?.record).toMatchObject({ revision: 2, steering: { tasks: { T2: { agent: "codex" } } } });
    await at.tell("/pause T2");
    await at.tell("/undo");
    expect((await at.load())?.record).toMatchObject({ revision: 3, steering: { tasks: { T2: { paused: {} } } } });
    await at.tell("/cancel");
    expect((await at.load())?.record.steering).toBeUndefined();
  });

  test("in an amendment: priorities and specialists are the amendment's", async () => {
    const { at, steering } = await approved();
    await at.tell("/amend\n/assign T4 docs-writer\n/priority T3 low");
    expect((await at.load())?.amendment?.plan.tasks.map(({ priority }) => priority)).toContain("low");
    await at.tell("/amend priority T2 high");
    expect((await at.load())?.amendment?.plan.tasks.map(({ priority }) => priority)).toContain("high");
    expect(await steering()).toBeUndefined();
  });
});

describe("a steering command is refused in one line", () => {
  test.each([
    ["/pause T9", "T9 is not in this plan; it has T1 to T4"],
    ["/pause T1", "T1 is done; there is nothing to pause"],
    ["/retry T2", "T2 runs now; /stop T2 ends that, then /retry T2 begins anew"],
    ["/resume T3", "T3 is not paused; there is nothing to resume"],
    ["/retry T3 with gemini", "no worker here has the agent gemini; workers have `codex`, `command:make work`"],
    ["/assign T3 gemini", "Not done: gemini is not known here; there are"],
    ["/pause\n/add More", "/pause steers the work and /add changes the plan; write them in comments of their own"],
    ["/pause T3\n/pause T9", "T9 is not in this plan; it has T1 to T4"],
    ["/puase", "did you mean /pause?"],
  ])("%j: %s", async (words, reason) => {
    const { at, steering } = await approved({ T1: { state: "done", epoch: 1 }, T2: running });
    const id = await at.tell(words);
    const [answer = ""] = at.answersTo(id);
    expect(answer).toContain(reason);
    expect(answer.split("\n").filter(Boolean)).toHaveLength(1);
    expect(at.reactions(id)).toEqual(["confused"]);
    expect(await steering()).toBeUndefined();
  });

  test("on a task's own issue, with where to write it", async () => {
    const { at } = await approved();
    const body = taskMarks.add(formatTaskIssue(sampleTask("T2"), { plan: at.issue }), { plan: at.issue, key: "T2" });
    const { number } = at.people.openIssue({ title: "Task T2", body, author: at.world.botLogin, parent: at.issue });
    const id = await at.tell("/stop T2", number);
    expect(at.answersTo(id)[0]).toContain(
      `this issue is task T2 of the plan in #${at.issue}; write it there, for example /stop T2`,
    );
  });

  test("in the form that counts where another bot owns the short one", async () => {
    const { at } = await approved({}, { policy: async () => ({ ...defaultPolicy, commands: "prefixed" }) });
    const none = await at.tell("/pause");
    expect([at.answersTo(none), at.reactions(none)]).toEqual([[], []]);
    await at.tell("/coppice plan");
    await at.tell("/coppice approve r1");
    const id = await at.tell("/coppice resume T1");
    expect(at.answersTo(id)[0]).toContain("T1 is not paused");
    const body = taskMarks.add(formatTaskIssue(sampleTask("T2"), { plan: at.issue }), { plan: at.issue, key: "T2" });
    const { number } = at.people.openIssue({ title: "Task T2", body, author: at.world.botLogin, parent: at.issue });
    const elsewhere = await at.tell("/coppice stop T2", number);
    expect(at.answersTo(elsewhere)[0]).toContain(`#${at.issue}; write it there, for example /coppice stop T2`);
  });
});

describe("/agents", () => {
  test("says who does what, to whoever may look, with or without a plan", async () => {
    const { at } = await approved();
    at.people.permit("tess", "triage");
    const id = await at.tell("/agents", at.issue, "tess");
    expect(at.answersTo(id)[0]).toContain("1 worker is connected, 1 of 2 slots free.");
    expect(at.answersTo(id)[0]).toContain("**w1** (codex, command:make work): #11 by codex, working");
    const bare = setUp();
    const other = await bare.tell("/agents");
    expect(bare.answersTo(other)[0]).toContain("No worker is connected");
  });
});
