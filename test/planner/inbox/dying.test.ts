import { describe, expect, test } from "vitest";
import { CoppiceError } from "../../../src/core/errors.ts";
import { firstMarks } from "../../../src/planner/inbox/marks.ts";
import { openInbox } from "../../../src/planner/inbox.ts";
import { openPlanStore } from "../../../src/planner/plan-store.ts";
import type { Planner } from "../../../src/planner/planner.ts";
import { formatAnswerMarker } from "../../../src/wire/render/plan-marker.ts";
import { memoryForge } from "../../support/memory-forge/memory-forge.ts";
import { modelPlanner, otherHub, proposing, quiet, setUp } from "./support.ts";

const minute = 60_000;

/** Waits for something another part does, at most two seconds. */
async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await is()) return;
    await new Promise((wake) => setTimeout(wake, 5));
  }
  throw new Error(`never: ${what}`);
}

/** A model that thinks until told what to say. */
function slowModel(script: Partial<Planner> = {}) {
  const model = modelPlanner(script);
  const answers: (() => void)[] = [];
  const wait = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      answers.push(resolve);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  const planner: Planner = {
    ...model.planner,
    plan: async (request, signal) => {
      const planned = await model.planner.plan(request, signal);
      await wait(signal);
      return planned;
    },
  };
  const answer = () => {
    for (const say of answers.splice(0)) say();
  };
  return { ...model, planner, thinking: () => answers.length, answer };
}

describe("a turn with a model", () => {
  test("is announced in the ledger before it is asked, and its whole result is one commit", async () => {
    const model = slowModel();
    const at = setUp({ planner: model.planner });
    const id = at.say("/plan");
    const handled = at.inbox.handle(at.issue);
    await until("the model is asked", () => model.thinking() === 1);
    expect((await at.options.store.marks())?.intents).toEqual([
      { comment: id, hub: "hub-1", nonce: expect.any(String), at: expect.any(String) },
    ]);
    const commits = at.world.ledger.length;
    model.answer();
    await handled;
    expect(at.world.ledger).toHaveLength(commits + 1);
    const marks = await at.options.store.marks();
    expect(marks?.intents).toBeUndefined();
    expect(marks?.applied).toMatchObject([{ id }]);
    expect((await at.load())?.record).toMatchObject({ revision: 1, planner: "model-1", usage: { inputTokens: 100 } });
  });

  test("that took too long is not paid for again, and its author hears of it", async () => {
    const model = modelPlanner({
      plan: async () => {
        throw new CoppiceError("timed-out", "the planner took too long; write the command again");
      },
    });
    const at = setUp({ planner: model.planner });
    const id = await at.tell("/plan");
    expect([model.asked, at.answersTo(id)[0]]).toEqual([["plan"], expect.stringContaining("took too long")]);
    await at.inbox.sweep();
    expect(model.asked).toEqual(["plan"]);
  });

  test("stands beside two others in a comment, not more", async () => {
    const model = modelPlanner();
    const at = setUp({ planner: model.planner });
    const id = await at.tell("/plan\n/split T1\n/modify T2 more exactly\n/split T2");
    expect(at.answersTo(id)[0]).toContain("4 commands in this comment ask the planner; at most 3 are allowed");
    expect([model.asked, await at.load()]).toEqual([[], undefined]);
  });

  test("costs something also where no plan comes of it: it is counted when there is one", async () => {
    let refuses = true;
    const { usage } = modelPlanner();
    const { planner: whole } = modelPlanner();
    const model = modelPlanner({
      plan: async (request, signal) =>
        refuses ? { kind: "refused", reason: "not now", usage } : whole.plan(request, signal),
    });
    const at = setUp({ planner: model.planner });
    await at.tell("/plan");
    await at.tell("/discuss What is this about?");
    expect((await at.options.store.marks())?.spent).toMatchObject([{ issue: at.issue, usage: { inputTokens: 200 } }]);
    refuses = false;
    await at.tell("/plan");
    expect((await at.load())?.record.usage).toMatchObject({ inputTokens: 300, outputTokens: 30 });
    expect((await at.options.store.marks())?.spent).toBeUndefined();
  });

  test("rules are asked without an intent", async () => {
    const at = setUp();
    await at.tell("/plan");
    const messages = at.world.ledger.map(({ files }) => files.get("marks.yaml") ?? "");
    expect(messages.some((text) => text.includes("intents"))).toBe(false);
  });

  test("of another hub is left alone with everything later on that issue, and taken over three minutes after it fell silent", async () => {
    const model = slowModel();
    const at = setUp({ planner: model.planner });
    const id = at.say("/plan");
    const killed = at.inbox.handle(at.issue);
    await until("the model is asked", () => model.thinking() === 1);
    at.controller.abort(new Error("killed"));
    await expect(killed).rejects.toThrow("killed");
    const second = modelPlanner();
    const hub = otherHub(at, { planner: second.planner });
    const later = at.say("/add Another task");
    for (let waited = 0; waited < 170; waited += 10) {
      await hub.inbox.sweep();
      at.clock.advance(10_000);
    }
    expect(second.asked).toEqual([]);
    expect([at.reactions(later), await at.load()]).toEqual([[], undefined]);
    at.clock.advance(20_000);
    await hub.inbox.sweep();
    expect(second.asked).toEqual(["plan"]);
    const state = await at.load();
    expect(state?.record.revisions.map(({ comment }) => comment)).toEqual([id, later]);
  });

  test("that goes on is renewed, so that nobody takes it over", async () => {
    const model = slowModel();
    const at = setUp({ planner: model.planner });
    at.say("/plan");
    const handled = at.inbox.handle(at.issue);
    await until("the model is asked", () => model.thinking() === 1);
    const second = modelPlanner();
    const hub = otherHub(at, { planner: second.planner });
    for (let waited = 0; waited < 6; waited++) {
      const before = (await at.options.store.marks())?.intents?.[0]?.nonce;
      at.clock.advance(minute);
      await until("it is renewed", async () => (await at.options.store.marks())?.intents?.[0]?.nonce !== before);
      await hub.inbox.sweep();
    }
    model.answer();
    await handled;
    expect(second.asked).toEqual([]);
    expect((await at.load())?.record.revision).toBe(1);
  });

  test("does not hold a sweep up for longer than a minute", async () => {
    const model = slowModel();
    const at = setUp({ planner: model.planner });
    at.say("/plan");
    const swept = at.inbox.sweep();
    await until("the model is asked", () => model.thinking() === 1);
    at.clock.advance(minute);
    await swept;
    expect(await at.load()).toBeUndefined();
    model.answer();
    await at.inbox.sweep();
    expect((await at.load())?.record.revision).toBe(1);
    expect(model.asked).toEqual(["plan"]);
  });

  test("that lost its word to another hub ends, and its result does not count", async () => {
    const model = slowModel();
    const at = setUp({ planner: model.planner });
    at.say("/plan");
    const handled = at.inbox.handle(at.issue).catch((error: unknown) => error);
    await until("the model is asked", () => model.thinking() === 1);
    const marks = await at.options.store.marks();
    const stolen = marks?.intents?.map((intent) => ({ ...intent, hub: "hub-2", nonce: "theirs" }));
    await openPlanStore(at.forge.ledger, quiet).moveMarks((now) => ({ ...(now ?? marks ?? fail()), intents: stolen }));
    model.answer();
    await handled;
    expect(await at.load()).toBeUndefined();
    expect((await at.options.store.marks())?.intents?.[0]?.nonce).toBe("theirs");
  });

  test("that dies with its process is repeated at once by the same hub's next life", async () => {
    const model = slowModel();
    const at = setUp({ planner: model.planner });
    at.say("/plan");
    const killed = at.inbox.handle(at.issue);
    await until("the model is asked", () => model.thinking() === 1);
    at.controller.abort(new Error("killed"));
    await expect(killed).rejects.toThrow("killed");
    const next = otherHub(at, { planner: modelPlanner().planner, hubId: "hub-1" });
    await next.inbox.sweep();
    expect((await at.load())?.record.revision).toBe(1);
  });

  test("that is refused by the model is told, costs what it cost, and leaves the plan editable", async () => {
    const usage = modelPlanner().usage;
    const down: Partial<Planner> = {
      modify: async () => ({ kind: "refused", reason: "the model cannot be reached now", usage }),
    };
    const at = setUp({ planner: modelPlanner(down).planner });
    await at.tell("/plan");
    const id = await at.tell("/modify T1 make it shorter");
    expect(at.answersTo(id)).toEqual(["Not done: the model cannot be reached now."]);
    const state = await at.load();
    expect(state?.record).toMatchObject({ revision: 1, usage: { inputTokens: 200 } });
    await at.tell("/modify T1 title: Shorter");
    expect((await at.load())?.plan.tasks[0]?.title).toBe("Shorter");
  });

  test("whose command is deleted meanwhile leaves nothing but what it cost", async () => {
    const model = slowModel({ discuss: modelPlanner().planner.discuss });
    const at = setUp({ planner: model.planner });
    await at.options.store.moveMarks((marks) => marks ?? firstMarks("2025-12-31T00:00:00Z"));
    const first = at.say("/plan");
    const planning = at.inbox.handle(at.issue);
    await until("the model is asked", () => model.thinking() === 1);
    at.people.deleteComment(first);
    model.answer();
    await planning;
    expect(await at.load()).toBeUndefined();
    expect(at.answers()).toEqual([]);
    expect(await at.options.store.marks()).toMatchObject({ applied: [{ id: first }] });
    expect((await at.options.store.marks())?.intents).toBeUndefined();
  });

  test("that throws again and again is told after the last try, and holds nothing up", async () => {
    const broken: Partial<Planner> = {
      discuss: async () => {
        throw new CoppiceError("model-unavailable", "the model does not answer");
      },
    };
    const at = setUp({ planner: modelPlanner(broken).planner });
    const id = at.say("/discuss Why?");
    for (let tried = 0; tried < 2; tried++) await expect(at.inbox.handle(at.issue)).rejects.toThrow("does not answer");
    await at.inbox.handle(at.issue);
    expect(at.answersTo(id)[0]).toContain("the model does not answer");
    expect((await at.options.store.marks())?.intents).toBeUndefined();
  });
});

/** Every call of the forge that a turn makes, in order. */
async function callsOfATurn(words: string): Promise<number> {
  const at = setUp({ planner: modelPlanner(proposing([{ kind: "remove", key: "T2" }], ["Which database?"])).planner });
  await at.tell("/plan");
  at.journal.clear();
  await at.tell(words);
  return at.journal.calls.length;
}

describe("a hub killed at any step of a turn", () => {
  test.each(["/discuss Is T2 needed?", "/plan Rather with tests", "/split T2"])(
    "%s: one answer, one change, the model asked at most twice",
    async (words) => {
      const calls = await callsOfATurn(words);
      expect(calls).toBeGreaterThan(8);
      for (let step = 0; step < calls; step++) {
        for (const moment of ["before", "after"] as const) await dieAt(words, step, moment);
      }
    },
  );
});

/** Kills the hub at its `step`-th call, and lets its next life finish. */
async function dieAt(words: string, step: number, moment: "before" | "after"): Promise<void> {
  const model = modelPlanner(proposing([{ kind: "remove", key: "T2" }], ["Which database?"]));
  const memory = memoryForge();
  const at = setUp({ planner: model.planner }, memory);
  await at.tell("/plan");
  model.asked.length = 0;
  const id = at.say(words);
  const dying = new AbortController();
  const mortal = mortalForge(memory.forge, { step, moment, kill: () => dying.abort(new Error("killed")) });
  const first = otherHub(
    { options: at.options, forge: mortal },
    { forge: mortal, signal: dying.signal, hubId: "hub-1" },
  );
  await first.inbox.handle(at.issue).catch(() => undefined);
  const second = otherHub(at, { hubId: "hub-1" });
  await second.inbox.sweep();
  await second.inbox.sweep();
  const where = `step ${step} ${moment}`;
  expect(model.asked.length, where).toBeLessThanOrEqual(2);
  const state = await at.load();
  const discussed = words.startsWith("/discuss");
  expect(state?.record.revision, where).toBe(discussed ? 1 : 2);
  expect(at.answersTo(id), where).toHaveLength(discussed ? 1 : 0);
  if (discussed) {
    expect(state?.proposal, where).toMatchObject({ number: 1, comment: id });
    expect(state?.record.questions, where).toHaveLength(1);
  }
  expect(at.reactions(id), where).toContain("+1");
  expect((await at.options.store.marks())?.intents, where).toBeUndefined();
  expect(
    [...at.files().keys()].filter((path) => path.includes("/answers/")),
    where,
  ).toEqual([]);
}

type MemoryForge = ReturnType<typeof memoryForge>["forge"];

/** The forge of a process that dies at one of its calls: before it takes effect, or after. Nothing it calls later happens. */
function mortalForge(
  forge: MemoryForge,
  { step, moment, kill }: { step: number; moment: "before" | "after"; kill: () => void },
): MemoryForge {
  let calls = 0;
  const mortal = <Role extends object>(role: Role): Role =>
    new Proxy(role, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== "function") return method;
        return async (...values: unknown[]) => {
          const mine = calls++;
          if (mine > step) throw new Error("dead");
          if (mine === step && moment === "before") {
            kill();
            throw new Error("dead");
          }
          const answer: unknown = await method.apply(target, values);
          if (mine === step) {
            kill();
            throw new Error("dead");
          }
          return answer;
        };
      },
    });
  const { issues, comments, permissions, ledger } = forge;
  return {
    ...forge,
    issues: mortal(issues),
    comments: mortal(comments),
    permissions: mortal(permissions),
    ledger: mortal(ledger),
  };
}

describe("answers", () => {
  test("of which two appeared are one again: the older stays", async () => {
    const model = modelPlanner();
    const at = setUp({ planner: model.planner });
    const id = at.say("/discuss Why?");
    // Another hub posted the same answer while ours looked for it.
    const forge = {
      ...at.forge,
      comments: {
        ...at.forge.comments,
        create: async (issue: number, body: string) => {
          await at.forge.comments.create(issue, `${body} (the other one)`);
          return at.forge.comments.create(issue, body);
        },
      },
    };
    await openInbox({ ...at.options, forge }).handle(at.issue);
    expect(at.answersTo(id)).toEqual(["It is fine. (the other one)"]);
  });

  test("of which two are seen later are one again too; other people's look-alikes stay", async () => {
    const at = setUp();
    const id = await at.tell("/help");
    await at.forge.comments.create(at.issue, `${formatAnswerMarker(id)}\nThe same again.`);
    at.say(`${formatAnswerMarker(id)}\nMine.`, at.issue, "eve");
    await at.inbox.sweep();
    expect(at.answersTo(id)).toEqual([expect.stringContaining("| Command |")]);
    expect([...at.world.comments.values()].filter(({ author }) => author === "eve")).toHaveLength(1);
  });

  test("that another hub decided are posted by the next look of one that starts, and by others after a minute", async () => {
    for (const starts of [true, false]) {
      const at = setUp({ planner: modelPlanner().planner });
      const hub = otherHub(at);
      if (!starts) await hub.inbox.sweep();
      const id = at.say("/discuss Why?");
      at.journal.fail({ verb: "comments.create", times: 1 });
      await at.inbox.handle(at.issue).catch(() => undefined);
      expect(at.answersTo(id)).toEqual([]);
      hub.options.store.doubt();
      await hub.inbox.sweep();
      expect(at.answersTo(id)).toHaveLength(starts ? 1 : 0);
      at.clock.advance(minute);
      await hub.inbox.sweep();
      expect(at.answersTo(id)).toHaveLength(1);
      expect([...at.files().keys()].filter((path) => path.includes("/answers/"))).toEqual([]);
    }
  });
});

test("a result that was committed without an answer is told by the next look, and the model is not asked again", async () => {
  const model = modelPlanner();
  const at = setUp({ planner: model.planner });
  const { commit } = at.forge.ledger;
  let losing = true;
  const ledger = {
    ...at.forge.ledger,
    commit: async (change: Parameters<typeof commit>[0]) => {
      const committed = await commit(change);
      const isResult = change.files.some(({ path, text }) => path.includes("/answers/") && text !== null);
      if (isResult && losing) {
        losing = false;
        throw new CoppiceError("forge-unavailable", "no answer");
      }
      return committed;
    },
  };
  const { inbox } = otherHub({ options: at.options, forge: { ...at.forge, ledger } });
  await inbox.sweep();
  const id = at.say("/discuss Why?");
  await expect(inbox.handle(at.issue)).rejects.toThrow("no answer");
  await inbox.handle(at.issue);
  expect(at.answersTo(id)).toEqual(["It is fine."]);
  expect(model.asked).toEqual(["discuss"]);
});

describe("answers that cannot be posted", () => {
  test("hold nothing up and are tried again; those whose issue is gone go too", async () => {
    const at = setUp();
    const gone = at.people.openIssue({ title: "Soon gone" }).number;
    for (const [issue, comment] of [
      [at.issue, 901],
      [gone, 902],
    ] as const) {
      await at.options.store.editMarked(issue, () => ({ answer: 0, outbox: { comment, text: `To ${comment}` } }));
    }
    at.world.issues.delete(gone);
    at.journal.fail({ verb: "comments.create", times: 1 });
    const hub = otherHub(at);
    await hub.inbox.sweep();
    expect(await hub.options.store.outbox()).toEqual([{ issue: at.issue, comment: 901 }]);
    await hub.inbox.sweep();
    expect(await hub.options.store.outbox()).toEqual([]);
    expect(at.answersTo(901)).toEqual(["To 901"]);
  });
});

function fail(): never {
  throw new Error("there are no marks");
}
