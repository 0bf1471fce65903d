import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultPolicy } from "../../src/core/queue/policy.ts";
import { maxConfigBytes, parseConfig } from "../../src/wire/config.ts";

const allowed =
  "setup, verify, merge, merge-method, attempts, timeout-minutes, max-agents, max-agents-per-plan, budget, create-ahead, commands, max-tasks, two-person, bots";

describe("the repository's configuration", () => {
  it.each([undefined, "", "# nothing yet\n", "---\n"])("is the defaults when the file says nothing (%j)", (text) => {
    expect(parseConfig(text)).toEqual({ kind: "valid", policy: defaultPolicy });
  });

  it("sets every key", () => {
    const text = [
      "setup: npm ci",
      "verify:",
      "  - npm test",
      "  - npm run lint",
      "merge: auto",
      "merge-method: rebase",
      "attempts: 5",
      "timeout-minutes: 10",
      "max-agents: 7",
      "max-agents-per-plan: 2",
      "budget:",
      "  task: { tokens: 500000 }",
      "  plan: { dollars: 12.5, minutes: 600 }",
      "create-ahead: 4",
      "commands: prefixed",
      "max-tasks: 80",
      "two-person: true",
      "bots: [Renovate, 'renovate[bot]', release-please]",
    ].join("\n");
    expect(parseConfig(text)).toEqual({
      kind: "valid",
      policy: {
        setup: ["npm ci"],
        verify: ["npm test", "npm run lint"],
        merge: "auto",
        mergeMethod: "rebase",
        attempts: 5,
        timeoutMinutes: 10,
        maxAgents: 7,
        maxAgentsPerPlan: 2,
        budget: { task: { tokens: 500_000 }, plan: { dollars: 12.5, minutes: 600 } },
        leaseSeconds: defaultPolicy.leaseSeconds,
        checksGraceSeconds: defaultPolicy.checksGraceSeconds,
        createAhead: 4,
        commands: "prefixed",
        maxTasks: 80,
        twoPersons: true,
        bots: ["renovate[bot]", "release-please[bot]"],
      },
    });
  });

  it.each([
    ["bytes that are not UTF-8", "setup: a\nverify: \u{fffd}\n", ":2: not UTF-8; save it as UTF-8"],
    ["an unknown key", "setup: a\n\nverfy: npm test\n", `:3: the document: unknown key "verfy"; allowed: ${allowed}`],
    ["a word that is not allowed", "merge: always", ":1: merge: must be one of: manual, auto"],
    ["a number out of range", "attempts: 0", ":1: attempts: must be a whole number from 1 to 10"],
    ["a fraction", "setup: a\nattempts: 1.5", ":2: attempts: must be a whole number from 1 to 10"],
    [
      "a command that is no text",
      "verify: 3",
      ":1: verify: must be a shell line of at most 2,000 characters, or a list of at most 20 of them",
    ],
    ["more tasks than a plan may have", "max-tasks: 251", ":1: max-tasks: must be a whole number from 1 to 250"],
    ["a word for a switch", "two-person: sometimes", ":1: two-person: must be true or false"],
    ["a bot that is no login", "bots:\n  - a b", ":2: bots.0: must be the login of an app, for example renovate[bot]"],
    [
      "one bot that is no list",
      "bots: renovate",
      ":1: bots: must be a list of at most 20 logins of apps, for example renovate[bot]",
    ],
    [
      "too many bots",
      `bots: [${Array.from({ length: 21 }, (_, n) => `b${n}`).join(", ")}]`,
      ":1: bots: must be a list of at most 20 logins of apps, for example renovate[bot]",
    ],
    [
      "a budget of nothing",
      "budget:\n  day:\n    dollars: 0",
      ":3: budget.day.dollars: must be a number above 0, at most 1,000,000",
    ],
    [
      "half a token",
      "budget: { plan: { tokens: 0.5 } }",
      ":1: budget.plan.tokens: must be a whole number above 0, at most 1,000,000,000,000",
    ],
    [
      "a budget of something else",
      "budget: { week: { dollars: 1 } }",
      ':1: budget: unknown key "week"; allowed: task, plan, day',
    ],
    [
      "an amount of something else",
      "budget:\n  day:\n    euros: 1",
      ':3: budget.day: unknown key "euros"; allowed: tokens, dollars, minutes',
    ],
    [
      "an amount of nothing named",
      "budget: { day: 5 }",
      ":1: budget.day: must be a mapping with some of: tokens, dollars, minutes",
    ],
    ["a list instead of keys", "- a\n- b", `:1: the document: must be a mapping with some of: ${allowed}`],
  ])("refuses %s in one line that says where and what is allowed", (_, text, line) => {
    expect(parseConfig(text)).toEqual({ kind: "invalid", line: `.github/coppice.yml${line}` });
  });

  it.each([
    ["broken YAML", "verify: [a"],
    ["a key twice", "merge: auto\nmerge: manual"],
    ["24 kB of brackets", "[".repeat(24_000)],
    ["a tower of list items", "- ".repeat(12_000)],
    ["more than the limit", `# ${"x".repeat(maxConfigBytes)}`],
  ])("refuses %s in one line", (_, text) => {
    const answer = parseConfig(text);
    expect(answer.kind).toBe("invalid");
    expect(answer).toHaveProperty("line", expect.stringMatching(/^\.github\/coppice\.yml:\d+: [^\n]+$/));
  });

  it("never throws, whatever a stranger wrote", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.json()), (text) => {
        expect(["valid", "invalid"]).toContain(parseConfig(text).kind);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the operator's limits", () => {
  it.each([
    ["manual", undefined, "manual"],
    ["manual", "auto", "manual"],
    ["auto", undefined, "auto"],
    ["auto", "manual", "manual"],
    [undefined, "auto", "auto"],
    [undefined, undefined, "manual"],
  ] as const)("merge: operator %s, repository %s gives %s", (merge, file, expected) => {
    const answer = parseConfig(file === undefined ? undefined : `merge: ${file}`, { merge });
    expect(answer).toMatchObject({ policy: { merge: expected } });
  });

  it("say nothing about tasks, persons and bots", () => {
    const text = "max-tasks: 250\ntwo-person: true\nbots:\n  - renovate[bot]\n";
    expect(parseConfig(text, { maxAgents: 1 })).toMatchObject({
      policy: { maxTasks: 250, twoPersons: true, bots: ["renovate[bot]"] },
    });
  });

  it("cap each amount of the budget by itself", () => {
    const text = "budget:\n  day: { dollars: 50, tokens: 10 }\n  plan: { minutes: 60 }\n";
    const limits = { budget: { day: { dollars: 20, tokens: 99, minutes: 600 }, task: { tokens: 7 } } };
    expect(parseConfig(text, limits)).toMatchObject({
      policy: {
        budget: { day: { dollars: 20, tokens: 10, minutes: 600 }, plan: { minutes: 60 }, task: { tokens: 7 } },
      },
    });
  });

  it("cap the repository's numbers and stand in for those it leaves out", () => {
    const limits = { maxAgents: 2, attempts: 5, timeoutMinutes: 5 };
    expect(parseConfig("max-agents: 9\nattempts: 1", limits)).toMatchObject({
      policy: { maxAgents: 2, attempts: 1, timeoutMinutes: 5 },
    });
  });
});
