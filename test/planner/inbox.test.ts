import { beforeEach, describe, expect, test } from "vitest";
import { CoppiceError } from "../../src/core/errors.ts";
import { noUsage } from "../../src/core/plan/plan.ts";
import { defaultPolicy } from "../../src/core/queue/policy.ts";
import { openInbox } from "../../src/planner/inbox.ts";
import { keywordPlanner } from "../../src/planner/keywords/keyword-planner.ts";
import { openPlanStore } from "../../src/planner/plan-store.ts";
import type { Planner } from "../../src/planner/planner.ts";
import type { Forge } from "../../src/ports/forge/forge.ts";
import { formatPlanComment } from "../../src/wire/render/plan-comment.ts";
import { formatTaskIssue } from "../../src/wire/task-issue.ts";
import { sampleTask } from "../core/plan/sample-plan.ts";
import { modelPlanner, quiet, setUp } from "./inbox/support.ts";

let at: ReturnType<typeof setUp>;

/** Its quota is spent: of a thread only the comments can be read. */
function withoutGraphql(forge: Forge): Forge {
  const thread: Forge["comments"]["thread"] = async (issue, since) => ({
    comments: await forge.comments.ofIssue(issue, since),
  });
  return { ...forge, comments: { ...forge.comments, thread } };
}
beforeEach(() => {
  at = setUp();
});

describe("planning in a thread", () => {
  test("/plan makes a plan in one ledger commit, with its marks, and wakes the reconciler", async () => {
    const id = at.say("/plan Build a REST API with authentication");
    await at.inbox.handle(at.issue);
    const state = await at.load();
    expect(state?.record).toMatchObject({ revision: 1, planner: "keywords", status: { kind: "draft" }, lastKey: 6 });
    expect(state?.record.revisions).toEqual([
      expect.objectContaining({ revision: 1, by: "ada", comment: id, hash: state?.hash, summary: "planned" }),
    ]);
    expect(at.reactions(id)).toEqual(["eyes", "+1"]);
    expect(at.woken).toEqual([at.issue]);
    expect(at.answers()).toEqual([]);
    const last = at.world.ledger.at(-1);
    expect([...(last?.files.keys() ?? [])]).toEqual(
      expect.arrayContaining(["marks.yaml", `plans/${at.issue}/plan.yaml`, `plans/${at.issue}/record.yaml`]),
    );
    expect(await at.options.store.marks()).toMatchObject({ applied: [{ id }] });
  });

  test("/plan alone takes the goal from the issue", async () => {
    at.say("/plan");
    await at.inbox.handle(at.issue);
    expect((await at.load())?.plan.goal).toBe("Add OAuth login\n\nSo that people can log in.");
  });

  test("several commands of one comment are one revision, in order", async () => {
    at.say("/plan Build a REST API with authentication");
    const id = at.say(
      "/add Write a tutorial after T2 agent:docs-writer priority:low\n/remove T3\n/modify T7 title: Write two tutorials",
    );
    await at.inbox.handle(at.issue);
    const state = await at.load();
    expect(state?.record.revision).toBe(2);
    expect(state?.plan.tasks.map(({ key }) => key)).toEqual(["T1", "T2", "T4", "T5", "T6", "T7"]);
    expect(state?.plan.tasks.at(-1)).toMatchObject({
      title: "Write two tutorials",
      needs: ["T2"],
      specialist: "docs-writer",
      priority: "low",
    });
    expect(at.reactions(id)).toEqual(["+1"]);
  });

  test("one bad command of a comment undoes the whole comment and is answered in one line", async () => {
    at.say("/plan Build a REST API with authentication");
    const id = at.say("/remove T2\n/remove T9");
    await at.inbox.handle(at.issue);
    expect((await at.load())?.record.revision).toBe(1);
    expect(at.reactions(id)).toEqual(["confused"]);
    expect(at.answers()).toEqual([
      `<!-- coppice:answer=${id} -->\nNot done: \`/remove T9\`: T9 is not in this plan; it has T1, T3, T4, T5 and T6; nothing in this comment was carried out.`,
    ]);
  });

  test.each([
    ["/remove T9", "Not done: T9 is not in this plan; it has T1 to T4."],
    ["/modify T1 after T4", "Not done: T1 needs T4 needs T2 needs T1: tasks cannot wait for each other in a circle."],
    ["/add x agent:wizard", "Not done: agent:wizard is not known here; there are "],
    ["/aprove", "Not done: did you mean /approve?"],
    ["/approve\n/remove T2", "Not done: an approval cannot stand beside commands that change the plan"],
    ["/approve r7", "Not done: r7 is not the plan any more, it is at r1: read it, then write /approve r1."],
    ["/coppice dance", "Not done: `dance` is no command; /coppice help shows what there is."],
  ])("%s is refused with one clear line and changes nothing", async (body, line) => {
    at.say("/plan");
    await at.inbox.handle(at.issue);
    const before = await at.load();
    const id = at.say(body);
    await at.inbox.handle(at.issue);
    expect(at.answers().join("\n").replaceAll("\u200b", "")).toContain(line);
    expect(at.reactions(id)).toEqual(["confused"]);
    expect(await at.load()).toEqual(before);
  });

  test("commands without a plan say how to begin, slips and strangers' verbs are left alone", async () => {
    at.say("/lgtm\n\n/aprove\n\n> /approve\n\n```\n/plan x\n```");
    await at.inbox.handle(at.issue);
    expect(at.answers()).toEqual([]);
    at.say("/remove T1");
    at.say("/approve");
    await at.inbox.handle(at.issue);
    expect(at.answers().filter((body) => body.includes("there is no plan on this issue yet"))).toHaveLength(2);
  });

  test("/modify adds to the description where no model is", async () => {
    at.say("/plan");
    at.say("/modify T2 Use PKCE");
    await at.inbox.handle(at.issue);
    expect((await at.load())?.plan.tasks[1]?.description).toMatch(/\n\nUse PKCE$/);
  });

  test("/view, /status and /help are answered once each and change nothing", async () => {
    at.say("/plan");
    at.say("/view");
    at.say("/status");
    at.say("/help");
    await at.inbox.handle(at.issue);
    await at.inbox.handle(at.issue);
    const [view, status, help] = at.answers();
    expect(at.answers()).toHaveLength(3);
    expect(view).toContain(`#### T2 ${(await at.load())?.plan.tasks[1]?.title}`);
    expect(status).toContain(`status of ${at.issue}`);
    expect(help).toContain("| `/approve [r7] [--anyway]` |");
    expect((await at.load())?.record.revision).toBe(1);
    expect(at.woken).toEqual([at.issue]);
  });

  test("a task's own issue, a closed issue and a pull request get no plan", async () => {
    const body = formatTaskIssue(sampleTask("T3"), { plan: 1 });
    const task = at.people.openIssue({ title: "t", body, author: at.world.botLogin }).number;
    const closed = at.people.openIssue({ title: "c" }).number;
    at.people.close(closed);
    at.people.push("work");
    at.people.push("main");
    const pull = await at.forge.pulls.open({
      branch: "work",
      base: "main",
      title: "p",
      body: "",
      draft: false,
      labels: [],
    });
    for (const on of [task, closed, pull.number]) {
      at.say("/plan x", on);
      await at.inbox.handle(on);
      expect(await at.load(on)).toBeUndefined();
    }
    expect(at.answers(task)[0]).toContain("this issue is task T3 of the plan in #1");
    expect(at.answers(closed)[0]).toContain("this issue is closed");
    expect(at.answers(pull.number)).toEqual([]);
  });

  test("in prefixed mode the short form belongs to others", async () => {
    const prefixed = setUp({ policy: async () => ({ ...defaultPolicy, commands: "prefixed" }) });
    prefixed.say("/plan a");
    await prefixed.inbox.handle(prefixed.issue);
    expect(await prefixed.load()).toBeUndefined();
    prefixed.say("/coppice remove T1");
    await prefixed.inbox.handle(prefixed.issue);
    expect(prefixed.answers()[0]).toContain("start one with /coppice plan");
    prefixed.say("/coppice plan a");
    await prefixed.inbox.handle(prefixed.issue);
    expect(await prefixed.load()).toBeDefined();
  });
});

describe("approving", () => {
  test("with the revision it is exact; bare a second time it says so", async () => {
    at.say("/plan");
    at.say("/approve r1");
    const again = at.say("/approve");
    await at.inbox.handle(at.issue);
    const state = await at.load();
    expect(state?.record.status).toMatchObject({
      kind: "approved",
      approval: { revision: 1, hash: state?.hash, by: "ada" },
    });
    expect(at.answers()).toEqual([
      `<!-- coppice:answer=${again} -->\nNot done: r1 was already approved by ada; nothing to do.`,
    ]);
    expect(at.woken).toEqual([at.issue, at.issue]);
  });

  test("bare, it counts only for what the thread has shown for ten seconds", async () => {
    at.say("/plan");
    await at.inbox.handle(at.issue);
    at.say("/approve");
    await at.inbox.handle(at.issue);
    expect(at.answers()[0]).toContain("the thread showed no revision when you wrote, and the plan is at r1");
    await at.show();
    at.clock.advance(5_000);
    at.people.comment("ada", at.issue, "/approve");
    await at.inbox.handle(at.issue);
    expect(at.answers().at(-1)).toContain("r1 was shown less than 10 seconds before your comment");
    at.say("/add Another task");
    await at.inbox.handle(at.issue);
    at.say("/approve");
    await at.inbox.handle(at.issue);
    expect(at.answers().at(-1)).toContain("the thread showed r1 when you wrote, and the plan is at r2");
    await at.show();
    at.say("/approve");
    await at.inbox.handle(at.issue);
    expect((await at.load())?.record.status).toMatchObject({ kind: "approved", approval: { revision: 2 } });
  });

  test("a plan comment somebody else wrote shows nothing", async () => {
    at.say("/plan");
    await at.inbox.handle(at.issue);
    const state = await at.load();
    if (state === undefined) throw new Error("no plan");
    at.say(formatPlanComment({ state, progress: [] }), at.issue, "mallory");
    at.say("/approve");
    await at.inbox.handle(at.issue);
    expect(at.answers()[0]).toContain("the thread showed no revision");
  });

  test("an approved plan cannot be changed", async () => {
    at.say("/plan");
    at.say("/approve r1");
    const id = at.say("/add more");
    at.say("/plan again");
    await at.inbox.handle(at.issue);
    expect((await at.load())?.record.revision).toBe(1);
    expect(at.reactions(id)).toEqual(["confused"]);
    expect(at.answers()).toHaveLength(2);
  });
});

describe("who may", () => {
  test("bots and the app itself are never obeyed, whatever their permission", async () => {
    at.people.permit("robot[bot]", "admin");
    at.people.permit(at.world.botLogin, "admin");
    const ids = [at.say("/plan", at.issue, "robot[bot]"), at.say("/plan", at.issue, at.world.botLogin)];
    await at.inbox.handle(at.issue);
    expect(ids.flatMap(at.reactions)).toEqual([]);
    expect(await at.load()).toBeUndefined();
  });

  test("an error of the permission API denies, and the command is not lost", async () => {
    at.journal.fail({ verb: "permissions.of", times: 3 });
    at.say("/plan");
    for (let tried = 0; tried < 3; tried++) await expect(at.inbox.handle(at.issue)).rejects.toThrow(CoppiceError);
    expect(await at.load()).toBeUndefined();
    expect(at.answers()).toEqual([]);
    await at.inbox.handle(at.issue);
    expect(await at.load()).toBeDefined();
  });
});

describe("nothing is lost and nothing is done twice", () => {
  test("the same comment handled many times at once and by another process acts once", async () => {
    at.say("/plan");
    at.say("/add Another task");
    const other = openInbox({ ...at.options, store: openPlanStore(at.forge.ledger, quiet) });
    await Promise.all([at.inbox.handle(at.issue), at.inbox.handle(at.issue), other.handle(at.issue), other.sweep()]);
    await openInbox(at.options).handle(at.issue);
    const state = await at.load();
    expect(state?.record.revision).toBe(2);
    expect(state?.plan.tasks.filter(({ title }) => title === "Another task")).toHaveLength(1);
  });

  test("a command is judged by the plan as it is now, also when another process made it a moment ago", async () => {
    await at.inbox.sweep();
    const other = openPlanStore(at.forge.ledger, quiet);
    at.say("/plan");
    await openInbox({ ...at.options, store: other }).handle(at.issue);
    const id = at.say("/add Another task");
    await at.inbox.handle(at.issue);
    expect(at.reactions(id)).toEqual(["+1"]);
    expect((await at.load())?.plan.tasks.at(-1)?.title).toBe("Another task");
  });

  test("two plans in two issues at once do not disturb each other", async () => {
    const second = at.people.openIssue({ title: "Another" }).number;
    at.say("/plan Build a REST API");
    at.say("/plan Build a dashboard", second);
    at.say("/add One more", second);
    await Promise.all([at.inbox.handle(at.issue), at.inbox.handle(second)]);
    expect((await at.load())?.record).toMatchObject({ issue: at.issue, revision: 1 });
    expect((await at.load(second))?.record).toMatchObject({ issue: second, revision: 2 });
  });

  test("a sweep finds what no webhook told, on every issue, and then has nothing more to write", async () => {
    const second = at.people.openIssue({ title: "Another" }).number;
    at.say("/plan");
    at.say("/plan Build a dashboard", second);
    at.say("/remove T77", second);
    await at.inbox.sweep();
    expect(await at.load()).toBeDefined();
    expect(await at.load(second)).toBeDefined();
    at.journal.clear();
    await at.inbox.sweep();
    await openInbox(at.options).sweep();
    const writes = at.journal.calls.filter(({ verb }) =>
      ["ledger.commit", "comments.create", "comments.react"].includes(verb),
    );
    expect(writes).toEqual([]);
  });

  test("what was written before the first sweep is left alone", async () => {
    const old = at.say("/plan");
    at.clock.advance(3_600_000);
    await at.inbox.sweep();
    expect(await at.load()).toBeUndefined();
    expect(at.reactions(old)).toEqual([]);
    at.say("/plan Build a dashboard");
    await at.inbox.sweep();
    expect((await at.load())?.plan.goal).toBe("Build a dashboard");
  });

  test("a wall clock that is wrong by a day neither loses nor repeats a command", async () => {
    for (const wrong of [-86_400_000, 86_400_000]) {
      const skewed = setUp();
      const clock = { ...skewed.clock, now: () => skewed.clock.now() + wrong };
      const inbox = openInbox({ ...skewed.options, clock });
      await inbox.sweep();
      skewed.say("/plan");
      await inbox.sweep();
      await inbox.sweep();
      expect((await skewed.load())?.record.revision).toBe(1);
    }
  });

  test("the mark moves up only over what is dealt with, and forgets old ids", async () => {
    await at.inbox.sweep();
    at.say("/plan");
    await at.inbox.sweep();
    at.clock.advance(2 * 3_600_000);
    at.say("hello");
    at.journal.fail({ verb: "permissions.of", times: 1 });
    at.say("/add late");
    at.clock.advance(2 * 3_600_000);
    at.say("bye");
    await at.inbox.sweep();
    const marks = await at.options.store.marks();
    const waiting = [...at.world.comments.values()].find(({ body }) => body === "/add late");
    expect(Date.parse(marks?.since ?? "")).toBeLessThanOrEqual(Date.parse(waiting?.createdAt ?? ""));
    await at.inbox.sweep();
    expect((await at.load())?.plan.tasks.at(-1)?.title).toBe("Late".toLowerCase());
    at.clock.advance(2 * 3_600_000);
    at.say("much later");
    await at.inbox.sweep();
    expect((await at.options.store.marks())?.applied).toEqual([]);
    await openInbox(at.options).sweep();
    expect((await at.load())?.record.revision).toBe(2);
  });

  test("an edited comment is no command and is told so once; an edit of an obeyed one is nothing", async () => {
    at.say("/plan");
    await at.inbox.handle(at.issue);
    const id = at.say("hello");
    at.clock.advance(1_000);
    at.people.editComment(id, "/add sneaky");
    await at.inbox.handle(at.issue);
    await at.inbox.sweep();
    await openInbox(at.options).sweep();
    expect(at.answers()).toEqual([
      `<!-- coppice:answer=${id} -->\nNot done: an edited comment is not read as a command; write it again as a new comment.`,
    ]);
    const obeyed = at.say("/add honest");
    await at.inbox.handle(at.issue);
    at.people.editComment(obeyed, "/add honest work");
    at.clock.advance(1_000);
    await openInbox(at.options).handle(at.issue);
    expect(at.answers()).toHaveLength(1);
    expect((await at.load())?.record.revision).toBe(2);
  });

  test("a comment that one of GitHub's APIs lists and the other does not find yet is read again", async () => {
    let stale = 1;
    const { issues } = at.forge;
    const lagging: typeof issues = {
      ...issues,
      getCommanded: async (...asked) => (stale-- > 0 ? undefined : issues.getCommanded(...asked)),
    };
    const inbox = openInbox({ ...at.options, forge: { ...withoutGraphql(at.forge), issues: lagging } });
    const id = at.say("/plan");
    await expect(inbox.handle(at.issue)).rejects.toThrow("did not find it");
    await inbox.handle(at.issue);
    expect((await at.load())?.record.revision).toBe(1);
    stale = 100;
    const never = at.say("/add Another");
    for (let tries = 0; tries < 12; tries++) await inbox.handle(at.issue).catch(() => undefined);
    expect([at.answersTo(id).length, at.answersTo(never)[0]]).toEqual([0, expect.stringContaining("did not find it")]);
  });

  test("a turn that was paid for is not dropped over one stale read", async () => {
    const model = modelPlanner();
    const made = setUp({ planner: model.planner });
    const { issues } = made.forge;
    let reads = 0;
    const lagging: typeof issues = {
      ...issues,
      getCommanded: async (...asked) => (++reads === 1 ? issues.getCommanded(...asked) : undefined),
    };
    made.say("/plan");
    const forge = { ...withoutGraphql(made.forge), issues: lagging };
    await openInbox({ ...made.options, forge }).handle(made.issue);
    expect((await made.load())?.record.revision).toBe(1);
  });

  test("a deleted comment is no command", async () => {
    at.people.deleteComment(at.say("/plan"));
    await at.inbox.handle(at.issue);
    expect(await at.load()).toBeUndefined();
  });

  test.each([
    "comments.thread",
    "comments.ofIssue",
    "issues.getCommanded",
    "ledger.read",
    "ledger.commit",
    "comments.react",
    "comments.create",
  ])("%s may fail before or after taking effect: the end is the same", async (verb) => {
    for (const moment of ["before", "after"] as const) {
      const faulty = setUp();
      const bare = { ...faulty.options, forge: withoutGraphql(faulty.forge) };
      const inbox = verb === "issues.getCommanded" ? openInbox(bare) : faulty.inbox;
      await inbox.sweep();
      faulty.say("/plan");
      faulty.say("/add Another task");
      faulty.say("/remove T99");
      faulty.journal.fail({ verb, moment, times: 2 });
      faulty.options.store.doubt();
      for (let tried = 0; tried < 6; tried++) await inbox.handle(faulty.issue).catch(() => undefined);
      const state = await faulty.load();
      expect(state?.record.revision).toBe(2);
      expect(faulty.answers().filter((body) => body.includes("T99 is not in this plan"))).toHaveLength(1);
      expect(faulty.answers()).toHaveLength(1);
    }
  });

  test("a command that keeps failing is answered with a line, and those after it are not held up", async () => {
    let calls = 0;
    const broken: Planner = {
      ...keywordPlanner,
      name: "broken",
      plan: async () => {
        calls += 1;
        throw new CoppiceError("git-failed", "the mirror is broken");
      },
    };
    const failing = setUp({ planner: broken });
    const id = failing.say("/plan");
    const help = failing.say("/help");
    await expect(failing.inbox.handle(failing.issue)).rejects.toThrow("the mirror is broken");
    await expect(failing.inbox.handle(failing.issue)).rejects.toThrow("the mirror is broken");
    await failing.inbox.handle(failing.issue);
    await failing.inbox.handle(failing.issue);
    expect(calls).toBe(3);
    expect(failing.answers()[0]).toBe(
      `<!-- coppice:answer=${id} -->\nNot done: the mirror is broken. Nothing was changed; write the command again when that is mended.`,
    );
    expect(failing.reactions(help)).toEqual(["+1"]);
  });

  test("one issue's failure does not stop the others in a sweep", async () => {
    const second = at.people.openIssue({ title: "Another" }).number;
    at.say("/plan");
    at.say("/plan", second);
    at.journal.fail({ verb: "comments.thread", times: 1 });
    await at.inbox.sweep();
    const planned = [await at.load(), await at.load(second)].filter((state) => state !== undefined);
    expect(planned).toHaveLength(1);
    await at.inbox.sweep();
    expect(await at.load()).toBeDefined();
    expect(await at.load(second)).toBeDefined();
  });

  test("a ledger that cannot be read is told at once and never rewritten", async () => {
    at.say("/plan");
    await at.inbox.handle(at.issue);
    at.commitLedger([{ path: `plans/${at.issue}/record.yaml`, text: "version: 99\n" }]);
    at.say("/add x");
    await at.inbox.handle(at.issue).catch(() => undefined);
    expect(at.answers()[0]).toContain(`plans/${at.issue}/record.yaml:1: version`);
    expect(at.world.ledger.at(-1)?.files.get(`plans/${at.issue}/record.yaml`)).toBe("version: 99\n");
  });

  test("an abort ends planning and counts as no failure", async () => {
    const stuck: Planner = {
      ...keywordPlanner,
      name: "stuck",
      plan: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    };
    const stopped = setUp({ planner: stuck });
    stopped.say("/plan");
    const handled = stopped.inbox.handle(stopped.issue);
    setTimeout(() => stopped.controller.abort(new Error("stopping")), 20);
    await expect(handled).rejects.toThrow("stopping");
    await openInbox({ ...at.options, forge: stopped.forge, store: stopped.options.store }).handle(stopped.issue);
    expect(await stopped.load()).toBeDefined();
  });

  test("a planner's refusal is told and its usage is not invented", async () => {
    const refusing: Planner = {
      ...keywordPlanner,
      name: "m",
      plan: async () => ({ kind: "refused", reason: "the model cannot be reached now", usage: noUsage }),
    };
    const refused = setUp({ planner: refusing });
    refused.say("/plan");
    await refused.inbox.handle(refused.issue);
    expect(refused.answers()[0]).toContain("Not done: the model cannot be reached now.");
    expect(await refused.load()).toBeUndefined();
  });
});
