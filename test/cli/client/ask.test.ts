import { beforeEach, describe, expect, it } from "vitest";
import { ask } from "../../../src/cli/client/ask.ts";
import type { PlanState } from "../../../src/core/plan/plan.ts";
import type { Reaction } from "../../../src/github/token-connection.ts";
import { formatAnswerMarker } from "../../../src/wire/render/plan-marker.ts";
import { samplePlan, sampleRecord } from "../../core/plan/sample-plan.ts";
import type { MemoryForge } from "../../support/memory-forge/memory-forge.ts";
import { memoryForge } from "../../support/memory-forge/memory-forge.ts";

const bot = "coppice[bot]";
const planState: PlanState = { plan: samplePlan({ T1: [] }), hash: "", record: sampleRecord(), folded: [] };
const nothingMade = { issue: async () => undefined, comment: async () => undefined };
let memory: MemoryForge;
let reactions: Reaction[];
/** The plan, where there is one; its comment is the app's. */
let plan: PlanState | undefined;
/** What others do once the command is there. */
let react: (comment: number) => void;

beforeEach(() => {
  memory = memoryForge();
  memory.people.openIssue({ title: "Plan" });
  reactions = [];
  plan = undefined;
  react = () => {};
});

function askIt(timeout = 1) {
  const { forge, people } = memory;
  const place = {
    title: "octo/sample",
    pace: { first: 5, longest: 20, fresh: 20 },
    signal: new AbortController().signal,
    plans: { load: async () => plan },
    forge: {
      made: nothingMade,
      reactions: async () => reactions,
      comments: {
        get: forge.comments.get,
        ofIssue: forge.comments.ofIssue,
        create: async (issue: number, body: string) => {
          const comment = people.comment("ada", issue, body);
          react(comment.id);
          return comment;
        },
      },
    },
  };
  return ask(place, 1, "/coppice view", { timeout });
}

const by = (author: string, content: string): Reaction => ({ content, author, authorIsBot: author.endsWith("[bot]") });
const answers = (author: string, comment: number, text: string) =>
  memory.people.comment(author, 1, `${formatAnswerMarker(comment)}\n${text}`);

describe("a comment with a command", () => {
  it("is done when the app says so, with the answer where there is one", async () => {
    react = (comment) => {
      answers(bot, comment, "The plan.");
      reactions.push(by(bot, "eyes"), by(bot, "+1"));
    };
    expect(await askIt()).toMatchObject({ kind: "done", text: "The plan." });
  });

  it("is done without words where the app only reacts", async () => {
    react = () => void reactions.push(by(bot, "+1"));
    expect(await askIt()).toMatchObject({ kind: "done", text: "" });
  });

  it("is refused in the app's words", async () => {
    react = (comment) => {
      answers(bot, comment, "Not done: no plan.");
      reactions.push(by(bot, "confused"));
    };
    expect(await askIt()).toMatchObject({ kind: "refused", text: "Not done: no plan." });
  });

  it("is ignored where the app is only confused", async () => {
    react = () => void reactions.push(by(bot, "confused"));
    expect(await askIt()).toMatchObject({ kind: "ignored", text: "" });
  });

  it("is judged by its answer where a reaction never comes", async () => {
    react = (comment) => void answers(bot, comment, "Not done: no plan.");
    expect(await askIt()).toMatchObject({ kind: "refused" });
    react = (comment) => void answers(bot, comment, "The plan.");
    expect(await askIt()).toMatchObject({ kind: "done", text: "The plan." });
  });

  it("is not answered by people, whatever they write or how they react, nor by an answer to another one", async () => {
    react = (comment) => {
      answers("mallory", comment, "Approved.");
      answers(bot, comment + 1_000, "Another answer.");
      reactions.push(by("mallory", "+1"), by("mallory", "confused"));
    };
    await expect(askIt(0.2)).rejects.toMatchObject({
      code: "timed-out",
      message: expect.stringContaining("is Coppice at work on octo/sample?"),
    });
  });

  it("is not answered by another bot than the one that shows the plan", async () => {
    const shown = memory.people.comment(bot, 1, "The plan.");
    plan = { ...planState, record: sampleRecord({ issue: 1, comment: shown.id }) };
    react = (comment) => {
      answers("helper[bot]", comment, "Not done: I am another bot.");
      reactions.push(by("helper[bot]", "+1"), by("helper[bot]", "confused"));
    };
    await expect(askIt(0.1)).rejects.toMatchObject({ code: "timed-out" });
    react = () => void reactions.push(by(bot, "+1"));
    expect(await askIt()).toMatchObject({ kind: "done", text: "" });
  });

  it("ends its wait when it is told to", async () => {
    const stop = new AbortController();
    const { forge, people } = memory;
    const place = {
      title: "octo/sample",
      pace: { first: 60_000, longest: 60_000, fresh: 20 },
      signal: stop.signal,
      plans: { load: async () => plan },
      forge: {
        made: nothingMade,
        reactions: async () => {
          queueMicrotask(() => stop.abort());
          return [];
        },
        comments: {
          get: forge.comments.get,
          ofIssue: forge.comments.ofIssue,
          create: async (issue: number, body: string) => people.comment("ada", issue, body),
        },
      },
    };
    await expect(ask(place, 1, "/coppice view", { timeout: 60 })).rejects.toThrow(/abort/);
  });
});
