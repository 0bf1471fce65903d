import { randomUUID } from "node:crypto";
import type { PlanCommand } from "../../../src/core/plan/command.ts";
import { noUsage } from "../../../src/core/plan/plan.ts";
import { defaultPolicy } from "../../../src/core/queue/policy.ts";
import type { InboxOptions } from "../../../src/planner/inbox.ts";
import { openInbox } from "../../../src/planner/inbox.ts";
import { keywordPlanner } from "../../../src/planner/keywords/keyword-planner.ts";
import { openPlanStore } from "../../../src/planner/plan-store.ts";
import type { DiscussRequest, Planner } from "../../../src/planner/planner.ts";
import type { Code } from "../../../src/ports/code.ts";
import type { Log } from "../../../src/ports/log.ts";
import { formatPlanComment } from "../../../src/wire/render/plan-comment.ts";
import { findAnswerMarker } from "../../../src/wire/render/plan-marker.ts";
import { sampleTask } from "../../core/plan/sample-plan.ts";
import type { SettableClock } from "../../support/memory-forge/clock.ts";
import type { MemoryForge } from "../../support/memory-forge/memory-forge.ts";
import { memoryForge } from "../../support/memory-forge/memory-forge.ts";

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A repository without a commit: nothing to read there. */
export const noCode: Code = {
  refresh: async () => undefined,
  files: async () => [],
  list: async () => undefined,
  search: async () => [],
  log: async () => [],
  read: async () => undefined,
};

type Memory = MemoryForge<SettableClock>;

/** A memory forge with one issue that ada, who may write, opened; and one inbox on it. */
export function setUp(more: Partial<InboxOptions> = {}, memory: Memory = memoryForge()) {
  const woken: number[] = [];
  const controller = new AbortController();
  const options: InboxOptions = {
    forge: memory.forge,
    store: openPlanStore(memory.forge.ledger, quiet),
    planner: keywordPlanner,
    code: noCode,
    policy: async () => defaultPolicy,
    hubId: "hub-1",
    newId: randomUUID,
    started: async () => [],
    standings: async () => new Map(),
    agents: () => ({ workers: [], runs: [] }),
    clock: memory.clock,
    log: quiet,
    wake: (issue) => woken.push(issue),
    status: async (issue) => `status of ${issue}`,
    doneTasks: () => undefined,
    signal: controller.signal,
    ...more,
  };
  memory.people.permit("ada", "write");
  const issue = memory.people.openIssue({ title: "Add OAuth login", body: "So that people can log in." }).number;
  const { world } = memory;
  const at = {
    ...memory,
    options,
    inbox: openInbox(options),
    issue,
    woken,
    controller,
    /** A comment by ada, a while after the one before. */
    say(body: string, on = issue, author = "ada") {
      memory.clock.advance(60_000);
      return memory.people.comment(author, on, body).id;
    },
    /** A comment, dealt with: its id. */
    async tell(body: string, on = issue, author = "ada") {
      const id = at.say(body, on, author);
      await at.inbox.handle(on);
      return id;
    },
    load(on = issue) {
      options.store.doubt();
      return options.store.load(on);
    },
    reactions: (id: number) => [...(world.reactions.get(id) ?? [])],
    answers: (on = issue) =>
      [...world.comments.values()]
        .filter((comment) => comment.issue === on && comment.author === world.botLogin)
        .map(({ body }) => body),
    /** The answers to one comment, without their marker and what keeps them from acting. */
    answersTo: (id: number) =>
      [...world.comments.values()]
        .filter(({ author, body }) => author === world.botLogin && findAnswerMarker(body) === id)
        .map(({ body }) => body.slice(body.indexOf("\n") + 1).replaceAll("\u200b", "")),
    /** What the reconciler does: shows the plan in the thread. */
    async show(on = issue) {
      const state = await at.load(on);
      if (state === undefined) throw new Error("no plan");
      const shown = [...world.comments.values()].find((one) => one.issue === on && one.body.includes(";revision="));
      const body = formatPlanComment({ state, progress: [] });
      if (shown === undefined) await memory.forge.comments.create(on, body);
      else await memory.forge.comments.update(shown.id, body);
    },
    /** Files of the ledger as it is now. */
    files: () => world.ledger.at(-1)?.files ?? new Map<string, string>(),
  };
  return at;
}

/** Another hub on the same repository. */
export function otherHub(at: Pick<ReturnType<typeof setUp>, "options" | "forge">, more: Partial<InboxOptions> = {}) {
  const controller = new AbortController();
  const store = openPlanStore(at.forge.ledger, quiet);
  const options = { ...at.options, store, hubId: "hub-2", signal: controller.signal, ...more };
  return { inbox: openInbox(options), options, controller };
}

/** Rules that make the same four tasks of every goal. */
export const fourTasks: Planner = {
  ...keywordPlanner,
  plan: async () => ({
    kind: "planned",
    tasks: ([1, 2, 3, 4] as const).map((number) => sampleTask(`T${number}`)),
    questions: [],
    usage: noUsage,
  }),
};

/** A planner that counts as a model and says what it is told to. */
export function modelPlanner(script: Partial<Planner> = {}) {
  const asked: string[] = [];
  const discussions: DiscussRequest[] = [];
  const usage = { ...noUsage, inputTokens: 100, outputTokens: 10, dollars: 0.01 };
  const counted = <Request, Answer>(
    verb: string,
    answer: (request: Request, signal: AbortSignal) => Promise<Answer>,
  ) => {
    return (request: Request, signal: AbortSignal) => {
      asked.push(verb);
      return answer(request, signal);
    };
  };
  const whole: Planner = {
    name: "model-1",
    isModel: true,
    plan: async () => ({
      kind: "planned",
      tasks: [sampleTask("T1"), sampleTask("T2", { needs: ["T1"] })],
      questions: [],
      usage,
    }),
    modify: async ({ text }) => ({ kind: "modified", change: { description: text }, usage }),
    split: async () => ({ kind: "split", parts: [sampleTask("T1"), sampleTask("T2", { needs: ["T1"] })], usage }),
    discuss: async () => ({ kind: "discussed", text: "It is fine.", changes: [], questions: [], usage }),
    ...script,
  };
  const planner: Planner = {
    ...whole,
    plan: counted("plan", whole.plan),
    modify: counted("modify", whole.modify),
    split: counted("split", whole.split),
    discuss: counted("discuss", async (request: DiscussRequest, signal) => {
      discussions.push(request);
      return whole.discuss(request, signal);
    }),
  };
  return { planner, asked, discussions, usage };
}

/** A discussion that proposes these changes. */
export function proposing(changes: readonly PlanCommand[], questions: readonly string[] = []): Partial<Planner> {
  return {
    discuss: async () => ({
      kind: "discussed",
      text: "I would change this.",
      changes,
      questions,
      usage: { ...noUsage, inputTokens: 5, outputTokens: 5, dollars: 0.001 },
    }),
  };
}
