import { describe, expect, test } from "vitest";
import type { Act, ActContext, Acted } from "../../../src/core/plan/act.ts";
import { act, actAll, stateAfter } from "../../../src/core/plan/act.ts";
import { headOf, openQuestions } from "../../../src/core/plan/head.ts";
import type { PlanState } from "../../../src/core/plan/plan.ts";
import { sampleTask } from "./sample-plan.ts";

const context: ActContext = {
  issue: 2,
  by: "ada",
  at: "2026-01-01T10:00:20Z",
  comment: 7,
  // Any text that differs where plans differ: what sha256 is, the texts' tests say.
  hashOf: (plan) => JSON.stringify(plan),
  maxTasks: 5,
  twoPersons: false,
};
const tasks = [sampleTask("T1"), sampleTask("T2", { needs: ["T1"] }), sampleTask("T3", { needs: ["T2"] })];
const planIt: Act = {
  kind: "change",
  commands: [{ kind: "plan", goal: "Add OAuth login", tasks }],
  planner: "claude-x",
};
const approveIt: Act = { kind: "approve", revision: 1, anyway: false, started: [] };
const addDocs = { kind: "add", task: { ...sampleTask("T1", { title: "Docs", needs: ["T3"] }) } } as const;

describe("changing", () => {
  test("the first plan is a draft at r1 with its planner, its author and its highest key", () => {
    const { state } = doing(undefined, planIt);
    expect(state.record).toMatchObject({
      version: 1,
      issue: 2,
      revision: 1,
      status: { kind: "draft" },
      planner: "claude-x",
      lastKey: 3,
      revisions: [{ revision: 1, by: "ada", comment: 7, at: context.at, summary: "planned", hash: state.hash }],
    });
  });

  test("each change is a revision; who planned, the comment and the issues stay", () => {
    const { state } = doing(undefined, planIt);
    const posted = { ...state, record: { ...state.record, comment: 99 } };
    const next = doing(posted, { kind: "change", commands: [addDocs] }, { by: "bob" });
    expect(next.state.record).toMatchObject({ revision: 2, comment: 99, planner: "claude-x", lastKey: 4 });
    expect(next.summary).toBe("added T4 (Docs)");
    expect(next.state.record.revisions[1]).toMatchObject({ revision: 2, by: "bob" });
  });

  test("what was made for another revision is to be decided again", () => {
    const { state } = doing(undefined, planIt);
    expect(act(state, { kind: "change", commands: [addDocs], expects: 2 }, context)).toEqual({ kind: "moved" });
    expect(act(state, { kind: "change", commands: [addDocs], expects: 1 }, context)).toMatchObject({ kind: "changed" });
    expect(act(undefined, { ...planIt, expects: 0 }, context)).toMatchObject({ kind: "changed" });
  });

  test("a new plan waives open questions and asks its own; proposals made for the old one go", () => {
    const asked = doing(undefined, { ...planIt, questions: ["Which  provider?\n"] }).state;
    expect(asked.record.questions).toEqual([{ number: 1, text: "Which provider?" }]);
    const noted = doing(asked, { kind: "note", proposal: { revision: 1, changes: [addDocs] } }).state;
    const again = doing(noted, { ...planIt, questions: ["Really?"] }).state;
    expect(again.record.questions).toEqual([
      { number: 1, text: "Which provider?", waived: true },
      { number: 2, text: "Really?" },
    ]);
    expect(again.proposal).toBeUndefined();
  });

  test("more tasks than the repository allows are refused", () => {
    const { state } = doing(undefined, planIt);
    expect(reason(state, { kind: "change", commands: [addDocs, addDocs, addDocs] })).toBe(
      "the plan would have 6 tasks; at most 5 are allowed here",
    );
  });
});

describe("approving", () => {
  const draft = doing(undefined, planIt).state;

  test("keeps who approved which revision and text by which comment", () => {
    const { state, summary } = doing(draft, approveIt);
    const approval = { revision: 1, hash: draft.hash, by: "ada", comment: 7, at: context.at };
    expect(state.record.status).toEqual({ kind: "approved", approval });
    expect(summary).toBe("approved r1");
    expect(state.record.revision).toBe(1);
  });

  test.each<[string, Act, string | undefined]>([
    ["bare, of what was shown for ten seconds", bare(1, "10:00:10"), undefined],
    [
      "bare, of what was shown for nine",
      bare(1, "10:00:11"),
      "r1 was shown less than 10 seconds before your comment, so you may have read an empty thread: write /approve r1",
    ],
    [
      "bare, while another revision was shown",
      bare(4, "09:00:00"),
      "the thread showed r4 when you wrote, and the plan is at r1: read it, then write /approve r1",
    ],
    [
      "bare, while nothing was shown",
      { kind: "approve", anyway: false, started: [] },
      "the thread showed no revision when you wrote, and the plan is at r1: read it, then write /approve r1",
    ],
    [
      "of a revision that is not the plan",
      { ...approveIt, revision: 3 },
      "r3 is not the plan any more, it is at r1: read it, then write /approve r1",
    ],
  ])("%s", (_, wanted, expected) => {
    const done = act(draft, wanted, context);
    expect(done.kind === "refused" ? done.reason : undefined).toBe(expected);
  });

  test("bare, an approved plan is approved already; with its revision the approval is given anew", () => {
    const { state } = doing(draft, approveIt);
    expect(reason(state, bare(1, "09:00:00"))).toBe("r1 was already approved by ada; nothing to do");
    expect(reason(state, { ...approveIt, revision: 3 })).toBe(
      "r3 is not the plan any more, it is at r1, which ada has approved; nothing to do",
    );
    const again = doing(state, approveIt, { by: "bob", comment: 8 });
    expect(again.summary).toBe("approved r1 again");
    expect(again.state.record.status).toMatchObject({ approval: { revision: 1, by: "bob", comment: 8 } });
  });

  test("waits for open questions, naming them, unless they are waived", () => {
    const asked = doing(undefined, { ...planIt, questions: ["One?", "Two?"] }).state;
    expect(reason(asked, approveIt)).toBe(
      "Q1, Q2 are not answered: write /answer Q1 and the answer, or waive with /approve r1 --anyway",
    );
    const answered = doing(asked, { kind: "answer", question: 1, text: "Yes" }).state;
    expect(reason(answered, approveIt)).toMatch(/^Q2 is not answered/);
    const { state } = doing(answered, { ...approveIt, anyway: true });
    expect(state.record.questions).toMatchObject([{ answer: { by: "ada", text: "Yes" } }, { waived: true }]);
    expect(openQuestions(state.record)).toEqual([]);
  });

  test("where two persons are wanted the author of the newest revision cannot", () => {
    const two = { twoPersons: true };
    expect(reason(draft, approveIt, { ...two, by: "Ada" })).toBe(
      "two people are wanted here and you made r1: somebody else writes /approve r1",
    );
    expect(act(draft, approveIt, { ...context, ...two, by: "bob" })).toMatchObject({ kind: "changed" });
    const changed = doing(draft, { kind: "change", commands: [addDocs] }, { by: "bob" }).state;
    expect(act(changed, { ...approveIt, revision: 2 }, { ...context, ...two, by: "ada" })).toMatchObject({
      kind: "changed",
    });
  });

  test("after somebody else's commit it takes the revision by name, and the text as it is now", () => {
    const approved = doing(draft, approveIt).state;
    const foreign = { commit: "abc1234".padEnd(40, "0"), author: "mallory", at: context.at };
    const plan = { ...approved.plan, goal: "Mine coins" };
    const touched: PlanState = { ...approved, plan, hash: context.hashOf(plan), foreign };
    expect(reason(touched, bare(1, "09:00:00"))).toBe(
      "ledger commit abc1234 by mallory changed this plan: look at it, then write /approve r1",
    );
    const { state } = doing({ ...touched, record: { ...touched.record, tasks: { T2: issue(12) } } }, approveIt);
    expect(state.record.catchUp).toEqual({ rewrite: ["T2"], unlink: [] });
    expect(state.foreign).toBeUndefined();
    expect(state.record.status).toMatchObject({ approval: { hash: touched.hash } });
    expect(state.record.revisions.at(-1)?.hash).toBe(touched.hash);
  });

  test("with two persons wanted, what somebody else's commit made of a draft is nobody's until somebody writes it over", () => {
    const foreign = { commit: "abc1234".padEnd(40, "0"), author: "ada", at: context.at };
    const plan = { ...draft.plan, goal: "Mine coins" };
    const touched: PlanState = { ...draft, plan, hash: context.hashOf(plan), foreign };
    const two = { ...context, twoPersons: true };
    const refused = act(touched, approveIt, { ...two, by: "bob" });
    expect(refused).toEqual({
      kind: "refused",
      reason:
        "ledger commit abc1234 by ada changed r1 and two people are wanted here: make a revision of it with /edit or /undo, which somebody else approves",
    });
    const added = doing(touched, { kind: "change", commands: [addDocs] }, { by: "ada" }).state;
    expect(act(added, { ...approveIt, revision: 2 }, { ...two, by: "bob" })).toMatchObject({ kind: "refused" });
    const { state } = doing(touched, { kind: "change", commands: [{ kind: "edit", ...plan }] }, { by: "bob" });
    expect([state.foreign, state.record.revision]).toEqual([undefined, 2]);
    expect(reason(state, { ...approveIt, revision: 2 }, { ...two, by: "bob" })).toContain("you made r2");
    expect(act(state, { ...approveIt, revision: 2 }, { ...two, by: "ada" })).toMatchObject({ kind: "changed" });
  });

  test("with two persons wanted, an approved plan that somebody else's commit changed is amended by one and approved by another", () => {
    const approved = doing(draft, approveIt).state;
    const foreign = { commit: "abc1234".padEnd(40, "0"), author: "mallory", at: context.at };
    const plan = { ...approved.plan, goal: "Mine coins" };
    const amended = { ...plan, goal: "Sneak in" };
    const waiting = { plan: amended, hash: context.hashOf(amended) };
    const two = { ...context, twoPersons: true };
    const touched: PlanState = { ...approved, plan, hash: context.hashOf(plan), foreign };
    const sneaked = { ...touched, amendment: waiting, record: { ...touched.record, revision: 2 } };
    for (const [state, revision] of [
      [touched, 1],
      [sneaked, 2],
      [sneaked, 1],
    ] as const) {
      const by = { ...two, by: "bob" };
      expect(reason(state, { ...approveIt, revision }, by)).toContain("make a revision of it with /amend edit");
    }
    const edit: Act = { kind: "change", commands: [{ kind: "edit", ...draft.plan }], amend: { started: [] } };
    const { state } = doing(touched, edit, { by: "ada" });
    expect(state.foreign).toEqual({ ...foreign, amended: 2 });
    expect(reason(state, { ...approveIt, revision: 1 }, { ...two, by: "bob" })).toContain("/amend edit");
    expect(reason(state, { ...approveIt, revision: 2 }, { ...two, by: "ada" })).toContain("you made r2");
    const done = doing(state, { ...approveIt, revision: 2 }, { by: "bob", twoPersons: true }).state;
    expect([done.foreign, done.plan.goal]).toEqual([undefined, draft.plan.goal]);
  });

  test("a plan that is cancelled, done or not there is not approved", () => {
    const cancelled = doing(draft, { kind: "cancel" }).state;
    expect(reason(cancelled, approveIt)).toBe("the plan was cancelled; start again with /plan");
    expect(reason(undefined, approveIt)).toBe(
      "there is no plan on this issue yet; start one with /plan and what you want",
    );
    expect(reason(finished(draft), approveIt)).toBe("the plan is done; there is nothing to approve");
  });
});

describe("amending", () => {
  const approved = doing(doing(undefined, planIt).state, approveIt).state;
  const withIssues: PlanState = {
    ...approved,
    record: {
      ...approved.record,
      tasks: { T1: issue(11), T2: issue(12), T3: issue(13) },
    },
  };

  test("an approved plan is not changed without saying so", () => {
    expect(reason(approved, { kind: "change", commands: [addDocs] })).toBe(
      "the plan was approved as r1 by ada; /amend changes what has not been started",
    );
  });

  test("an amendment is a revision of its own beside the plan, which goes on", () => {
    const { state } = amended(approved, [addDocs]);
    expect(state.plan).toBe(approved.plan);
    expect(state.record).toMatchObject({ revision: 2, status: { kind: "approved", approval: { revision: 1 } } });
    expect(headOf(state).plan.tasks.map(({ key }) => key)).toEqual(["T1", "T2", "T3", "T4"]);
    const more = amended(state, [{ kind: "remove", key: "T4" }, addDocs]);
    expect(more.state.amendment?.plan.tasks.map(({ key }) => key)).toEqual(["T1", "T2", "T3", "T5"]);
  });

  test("leaves started tasks alone, when it is written and when it is approved", () => {
    const change = { kind: "modify", key: "T2", change: { title: "Else" } } as const;
    expect(reason(approved, { kind: "change", commands: [change], amend: { started: ["T1", "T2"] } })).toBe(
      "T2 has been started and an amendment leaves that alone; it can add tasks and change T3",
    );
    const { state } = amended(approved, [change]);
    expect(reason(state, { ...approveIt, revision: 2, started: ["T1", "T2"] })).toBe(
      "T2 has been started and an amendment leaves that alone; it can add tasks and change T3; /undo takes r2 back",
    );
  });

  test("once approved it takes the plan's place, and says what issues that exist must catch up with", () => {
    const { state } = amended(withIssues, [
      { kind: "remove", key: "T2" },
      addDocs,
      { kind: "modify", key: "T3", change: { needs: [] } },
    ]);
    const done = doing(state, { ...approveIt, revision: 2 });
    expect(done.summary).toBe("approved the amendment r2");
    expect(done.state.amendment).toBeUndefined();
    expect(done.state.plan.tasks.map(({ key }) => key)).toEqual(["T1", "T3", "T4"]);
    expect(done.state.record.status).toMatchObject({ approval: { revision: 2, hash: done.state.hash } });
    expect(done.state.record.catchUp).toEqual({ rewrite: ["T3"], unlink: [{ blocked: "T3", blocking: "T2" }] });
    const back = amended(done.state, [{ kind: "modify", key: "T3", change: { needs: ["T1"] } }]).state;
    expect(doing(back, { ...approveIt, revision: 3 }).state.record.catchUp).toEqual(done.state.record.catchUp);
  });

  test("a started task is not removed either, and when all have begun only adding is left", () => {
    const remove = { kind: "remove", key: "T3" } as const;
    expect(reason(approved, { kind: "change", commands: [remove], amend: { started: ["T1", "T2", "T3"] } })).toBe(
      "T3 has been started and an amendment leaves that alone; it can only add tasks",
    );
  });

  test("one that waited when the plan was given up is gone once another plan is made", () => {
    const { state } = amended(approved, [addDocs]);
    const anew = doing(doing(state, { kind: "cancel" }).state, planIt).state;
    expect(anew).toMatchObject({ amendment: undefined, record: { revision: 3, status: { kind: "draft" } } });
  });

  test("the approved plan can be approved again beside it, without taking it", () => {
    const { state } = amended(
      approved,
      [
        { kind: "remove", key: "T3" },
        { ...addDocs, task: { ...addDocs.task, needs: [] } },
      ],
      "bob",
    );
    // What the amendment touches, and who made it, is no matter here.
    const anew = { ...approveIt, started: ["T1", "T2", "T3"] as const };
    const again = doing(state, anew, { by: "bob", twoPersons: true }).state;
    expect(again.record.status).toMatchObject({ approval: { revision: 1, by: "bob", hash: approved.hash } });
    expect(again.amendment).toEqual(state.amendment);
  });

  test("one that comes to be the approved plan again is none", () => {
    const { state } = amended(approved, [addDocs]);
    const dropped = amended(state, [{ kind: "restore", revision: 1, ...approved.plan }]).state;
    expect(dropped.amendment).toBeUndefined();
    expect(dropped.record).toMatchObject({ revision: 3, status: { approval: { revision: 1 } } });
    expect(dropped.record.revisions.at(-1)).toMatchObject({ restores: 1, hash: approved.hash });
    expect(doing(dropped, { ...approveIt, revision: 3 }).summary).toBe("approved r3 again");
  });
});

describe("the rest", () => {
  const draft = doing(undefined, planIt).state;

  test("submitting plans and approves in one, where there is no plan and one person is enough", () => {
    const submit: Act = {
      kind: "submit",
      commands: [{ kind: "plan", goal: "g", tasks }],
      planner: "keywords",
    };
    const { state, summary } = doing(undefined, submit);
    expect(state.record).toMatchObject({ revision: 1, status: { kind: "approved", approval: { hash: state.hash } } });
    expect(summary).toBe("planned and approved as r1");
    expect(reason(undefined, submit, { twoPersons: true })).toMatch(/^two people are wanted here/);
    expect(reason(draft, submit)).toMatch(/^there is a draft plan here, r1: approve or cancel it first/);
    expect(reason(state, submit)).toMatch(/^the plan here was approved as r1/);
    expect(doing(doing(draft, { kind: "cancel" }).state, submit).state.record.revision).toBe(2);
  });

  test("a cancelled plan says by whom; a finished one cannot be given up", () => {
    const { state } = doing(draft, { kind: "cancel" });
    expect(reason(state, { kind: "cancel" }, { by: "bob" })).toBe("the plan was already cancelled by ada");
    expect(reason(finished(draft), { kind: "cancel" })).toBe("the plan is done; there is nothing to cancel");
  });

  test.each<[number, string, string]>([
    [4, "Yes", "there is no Q4; Q2, Q3 are open"],
    [1, "Yes", "Q1 was waived; it is not asked any more"],
    [2, " ", "the answer is empty; write it behind the number: /answer Q2 …"],
    [2, "x".repeat(2_001), "the answer has 2001 characters; at most 2000 are allowed"],
  ])("an answer to Q%i is refused where it makes no sense", (question, text, expected) => {
    const asked = doing(undefined, { ...planIt, questions: ["Old?"] }).state;
    const anew = doing(asked, { ...planIt, questions: ["One?", "Two?"] }).state;
    expect(reason(anew, { kind: "answer", question, text })).toBe(expected);
  });

  test("a proposal is kept with its number until it is accepted; one that cannot be made is not kept", () => {
    const noted = doing(draft, { kind: "note", proposal: { revision: 1, changes: [addDocs] }, questions: ["Why?"] });
    expect(noted.state.proposal).toEqual({ number: 1, revision: 1, changes: [addDocs], comment: 7, at: context.at });
    expect(noted.state.record).toMatchObject({ revision: 1, proposals: 1, questions: [{ number: 1 }] });
    const unfit = doing(noted.state, {
      kind: "note",
      proposal: { revision: 1, changes: [{ kind: "remove", key: "T9" }] },
    });
    expect(unfit.state).toEqual(noted.state);
    const accept: Act = { kind: "change", commands: [addDocs], accepts: 1 };
    const accepted = doing(noted.state, accept);
    expect(accepted.state.proposal).toBeUndefined();
    expect(reason(accepted.state, accept)).toBe("nothing is proposed now");
    const second = doing(accepted.state, {
      kind: "note",
      proposal: { revision: 2, changes: [{ kind: "remove", key: "T4" }] },
    });
    expect(second.state.proposal?.number).toBe(2);
    expect(reason(second.state, accept)).toBe("P1 is not proposed any more; P2 is");
  });

  test("more questions than can be open at once are dropped", () => {
    const questions = Array.from({ length: 30 }, (_, n) => `Question ${n}?`);
    const { state } = doing(draft, { kind: "note", questions });
    expect(openQuestions(state.record)).toHaveLength(20);
    const long = doing(draft, { kind: "note", questions: [`${"x".repeat(499)}😀`] }).state;
    expect(long.record.questions?.[0]?.text).toBe("x".repeat(499));
  });

  test("a task whose issue was closed with its plan does not come back by an undo", () => {
    const approved = doing(draft, approveIt).state;
    const cancelled = doing(
      { ...approved, record: { ...approved.record, tasks: { T1: issue(11) } } },
      { kind: "cancel" },
    ).state;
    const anew = doing(cancelled, planIt).state;
    expect(reason(anew, { kind: "change", commands: [{ kind: "restore", revision: 1, ...approved.plan }] })).toBe(
      "r1 has T1, whose issue #11 was given up; add it as a new task",
    );
  });
});

describe("several acts of one comment", () => {
  const draft = doing(undefined, { ...planIt, questions: ["Which?"] }).state;

  test("make one revision, and answers beside them", () => {
    const acts: Act[] = [
      { kind: "change", commands: [addDocs], expects: 1 },
      { kind: "answer", question: 1, text: "GitHub" },
      { kind: "change", commands: [{ kind: "remove", key: "T4" }], expects: 1 },
    ];
    const done = actAll(draft, acts, context);
    expect(done).toMatchObject({
      kind: "changed",
      summary: "added T4 (Docs); answered Q1; removed T4 (Docs)",
      next: { record: { revision: 2, lastKey: 4, questions: [{ answer: { text: "GitHub" } }] } },
    });
    expect(done.kind === "changed" && done.next.record.revisions).toMatchObject([
      { revision: 1 },
      { revision: 2, summary: "added T4 (Docs); removed T4 (Docs)", hash: draft.hash },
    ]);
  });

  test("are all refused with the first, and moved with the first that was made for another revision", () => {
    const wrong: Act = { kind: "answer", question: 9, text: "x" };
    expect(actAll(draft, [{ kind: "change", commands: [addDocs] }, wrong], context)).toMatchObject({ kind: "refused" });
    expect(actAll(draft, [{ kind: "change", commands: [addDocs], expects: 3 }], context)).toEqual({ kind: "moved" });
    expect(actAll(draft, [], context)).toEqual({ kind: "refused", reason: "nothing to do" });
  });

  test("an approval stands beside answers, never beside changes", () => {
    const answer: Act = { kind: "answer", question: 1, text: "GitHub" };
    expect(actAll(draft, [answer, approveIt], context)).toMatchObject({
      kind: "changed",
      summary: "answered Q1; approved r1",
    });
    expect(actAll(draft, [approveIt, { kind: "change", commands: [addDocs] }], context)).toMatchObject({
      reason: expect.stringMatching(/^an approval cannot stand beside commands that change the plan/),
    });
  });
});

function doing(state: PlanState | undefined, wanted: Act, more: Partial<ActContext> = {}) {
  const done: Acted = act(state, wanted, { ...context, ...more });
  if (done.kind !== "changed") throw new Error(done.kind === "refused" ? done.reason : done.kind);
  const next = stateAfter(state, done.next, context);
  if (next === undefined) throw new Error("nothing is left");
  return { state: next, summary: done.summary };
}

function reason(state: PlanState | undefined, wanted: Act, more: Partial<ActContext> = {}): string | undefined {
  const done = act(state, wanted, { ...context, ...more });
  return done.kind === "refused" ? done.reason : undefined;
}

function amended(state: PlanState, commands: Extract<Act, { kind: "change" }>["commands"], by = "ada") {
  return doing(state, { kind: "change", commands, amend: { started: ["T1"] } }, { by });
}

function bare(revision: number, time: string): Act {
  return { kind: "approve", anyway: false, started: [], shown: { revision, at: `2026-01-01T${time}Z` } };
}

function finished(state: PlanState): PlanState {
  const approval = { revision: 1, hash: state.hash, by: "ada", comment: 7, at: context.at };
  return { ...state, record: { ...state.record, status: { kind: "done", at: context.at, approval } } };
}

function issue(number: number) {
  return { number, id: number, nodeId: `n${number}` };
}
