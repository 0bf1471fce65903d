import { describe, expect, test } from "vitest";
import type { PlanCommand } from "../../../src/core/plan/command.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import { amendmentPath, foreignPath, planPath, proposalPath } from "../../../src/wire/ledger-paths.ts";
import { formatPlan, planHash } from "../../../src/wire/plan-yaml.ts";
import { sampleTask } from "../../core/plan/sample-plan.ts";
import { modelPlanner, proposing, setUp } from "./support.ts";

/** An approved plan of two tasks, the first of them started. */
async function approved(script = {}, started: readonly TaskKey[] = ["T1"]) {
  const at = setUp({ planner: modelPlanner(script).planner, started: async () => started });
  await at.tell("/plan");
  await at.tell("/approve r1");
  return at;
}

describe("an approved plan", () => {
  test("is not changed without /amend, which the refusal names", async () => {
    const at = await approved();
    for (const words of ["/add More", "/remove T2", "/plan again", "/edit\n```\ngoal: x\ntasks: []\n```"]) {
      const [answer = ""] = at.answersTo(await at.tell(words));
      expect(answer).toMatch(/^Not done: .*\/amend/);
    }
    expect((await at.load())?.record.revision).toBe(1);
  });

  test("goes on as it was approved while an amendment waits, which then takes its place", async () => {
    const at = await approved();
    const plan = at.files().get(planPath(at.issue));
    await at.tell("/amend add More after T2");
    const waiting = await at.load();
    expect(at.files().get(planPath(at.issue))).toBe(plan);
    expect(waiting?.record).toMatchObject({ revision: 2, status: { kind: "approved", approval: { revision: 1 } } });
    expect(waiting?.amendment?.plan.tasks.map(({ key }) => key)).toEqual(["T1", "T2", "T3"]);
    const text = at.files().get(amendmentPath(at.issue)) ?? "";
    expect(waiting?.amendment?.hash).toBe(planHash(text));
    await at.tell("/approve r2");
    const after = await at.load();
    expect(after?.amendment).toBeUndefined();
    expect(at.files().get(planPath(at.issue))).toBe(text);
    expect(after?.record.status).toMatchObject({ approval: { revision: 2, hash: planHash(text) } });
    expect(after?.hash).toBe(planHash(text));
  });

  test("is amended by several lines of one comment, as one revision", async () => {
    const at = await approved();
    await at.tell("/amend\n/add More\n/assign T2 docs-writer");
    await at.tell("/amend add Even more\n/remove T3");
    const state = await at.load();
    expect(state?.record.revision).toBe(3);
    expect(state?.amendment?.plan.tasks.map(({ key, specialist }) => [key, specialist === "docs-writer"])).toEqual([
      ["T1", false],
      ["T2", true],
      ["T4", false],
    ]);
  });

  test("keeps what has been started: refused when it is written, and again when it is approved", async () => {
    let started: readonly TaskKey[] = ["T1"];
    const model = modelPlanner();
    const at = setUp({ planner: model.planner, started: async () => started });
    await at.tell("/plan");
    await at.tell("/approve r1");
    const id = await at.tell("/amend modify T1 title: Other");
    expect(at.answersTo(id)[0]).toContain(
      "T1 has been started and an amendment leaves that alone; it can add tasks and change T2",
    );
    model.asked.length = 0;
    for (const words of ["/amend modify T1 more exactly", "/amend split T1"]) {
      expect(at.answersTo(await at.tell(words))[0]).toContain("T1 has been started");
    }
    expect(model.asked).toEqual([]);
    await at.tell("/amend remove T2");
    expect((await at.load())?.record.revision).toBe(2);
    started = ["T1", "T2"];
    const late = await at.tell("/approve r2");
    expect(at.answersTo(late)[0]).toContain("T2 has been started");
    expect((await at.load())?.record.status).toMatchObject({ approval: { revision: 1 } });
  });

  test("has its amendment undone step by step, and then nothing more to undo", async () => {
    const at = await approved();
    await at.tell("/amend add One");
    await at.tell("/amend add Two");
    await at.tell("/undo");
    expect((await at.load())?.amendment?.plan.tasks).toHaveLength(3);
    await at.tell("/undo");
    expect((await at.load())?.amendment).toBeUndefined();
    expect(at.files().has(amendmentPath(at.issue))).toBe(false);
    const id = await at.tell("/undo");
    expect(at.answersTo(id)[0]).toMatch(/^Not done: r1 was approved by ada and there is no amendment to undo/);
  });

  test("/amend alone wants a change", async () => {
    const at = await approved();
    expect(at.answersTo(await at.tell("/amend"))[0]).toContain("/amend needs a change");
  });
});

describe("a proposal", () => {
  const { key: _, ...keyless } = sampleTask("T9");
  const changes: readonly PlanCommand[] = [
    { kind: "modify", key: "T2", change: { title: "Smaller" } },
    { kind: "add", task: { ...keyless, title: "Docs", needs: ["T2"] } },
  ];

  async function proposed() {
    const at = setUp({ planner: modelPlanner(proposing(changes)).planner });
    await at.tell("/plan");
    const id = await at.tell("/discuss Is T2 too large?");
    return { ...at, id };
  }

  test("is shown in the answer and taken as one revision", async () => {
    const at = await proposed();
    expect(at.answersTo(at.id)[0]).toContain("**Proposal P1** for r1:");
    expect(at.answersTo(at.id)[0]).toContain("`/accept p1` takes it.");
    expect((await at.load())?.plan.tasks[1]?.title).toBe("Task T2");
    await at.tell("/accept p1");
    const state = await at.load();
    expect(state?.record.revision).toBe(2);
    expect(state?.plan.tasks.map(({ title }) => title)).toEqual(["Task T1", "Smaller", "Docs"]);
    expect(at.files().has(proposalPath(at.issue))).toBe(false);
    expect(at.answersTo(await at.tell("/accept p1"))[0]).toContain("nothing is proposed now");
  });

  test("bare, is taken only when it could be read for ten seconds", async () => {
    const at = await proposed();
    at.clock.advance(5_000);
    const hasty = at.people.comment("ada", at.issue, "/accept").id;
    await at.inbox.handle(at.issue);
    expect(at.answersTo(hasty)[0]).toContain("P1 was shown less than 10 seconds before your comment");
    await at.tell("/accept");
    expect((await at.load())?.record.revision).toBe(2);
  });

  test("fits a newer plan unless a task it is about has changed", async () => {
    const at = await proposed();
    await at.tell("/assign T1 docs-writer");
    await at.tell("/accept p1");
    expect((await at.load())?.record.revision).toBe(3);
    const other = await proposed();
    await other.tell("/assign T2 docs-writer");
    const id = await other.tell("/accept p1");
    expect(other.answersTo(id)[0]).toContain("T2 is not as it was in r1, for which P1 was made; /discuss it again");
  });

  test("of which there is a newer one is named so", async () => {
    const at = await proposed();
    await at.tell("/discuss And now?");
    const id = await at.tell("/accept p1");
    expect(at.answersTo(id)[0]).toContain("P1 is not proposed any more; read P2, then write /accept p2");
    await at.tell("/accept p2");
    expect((await at.load())?.record.revision).toBe(2);
  });

  test("that does not fit the plan is said to, and is not kept", async () => {
    const at = setUp({ planner: modelPlanner(proposing([{ kind: "remove", key: "T77" }])).planner });
    await at.tell("/plan");
    const id = await at.tell("/discuss Is that all?");
    expect(at.answersTo(id)[0]).toContain(
      "*What it proposed does not fit the plan: T77 is not in this plan; it has T1 and T2.*",
    );
    expect((await at.load())?.proposal).toBeUndefined();
  });

  test("on an approved plan becomes an amendment", async () => {
    const at = await proposed();
    await at.tell("/approve r1");
    await at.tell("/accept p1");
    const state = await at.load();
    expect(state?.plan.tasks[1]?.title).toBe("Task T2");
    expect(state?.amendment?.plan.tasks[1]?.title).toBe("Smaller");
  });
});

describe("a ledger commit that is not ours", () => {
  test("is written down by our next commit, until somebody approves again what the thread shows", async () => {
    const at = await approved();
    await at.show();
    const state = await at.load();
    if (state === undefined) throw new Error("no plan");
    const tampered = formatPlan({ ...state.plan, goal: "Mine bitcoins" });
    at.commitLedger([{ path: planPath(at.issue), text: tampered }]);
    const other = at.people.openIssue({ title: "Another" }).number;
    await at.tell("/plan", other);
    expect(at.files().has(foreignPath(at.issue))).toBe(true);
    expect((await at.load())?.foreign).toMatchObject({ author: "mallory" });
    const unseen = await at.tell("/approve r1");
    expect(at.answersTo(unseen)[0]).toMatch(
      /ledger commit \w{7} by mallory changed this plan and the thread did not show the result/,
    );
    await at.show();
    const bare = await at.tell("/approve");
    expect(at.answersTo(bare)[0]).toMatch(/by mallory changed this plan: look at it, then write \/approve r1/);
    await at.tell("/approve r1");
    const after = await at.load();
    expect(after?.foreign).toBeUndefined();
    expect(at.files().has(foreignPath(at.issue))).toBe(false);
    expect(after?.record.status).toMatchObject({ approval: { hash: planHash(tampered) } });
    await at.tell("/view", other);
    expect((await at.load())?.foreign).toBeUndefined();
  });
});
