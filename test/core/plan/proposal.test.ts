import { describe, expect, test } from "vitest";
import type { PlanCommand } from "../../../src/core/plan/command.ts";
import type { Proposal } from "../../../src/core/plan/plan.ts";
import { proposalMeant, staleTasks } from "../../../src/core/plan/proposal.ts";
import type { TaskKey } from "../../../src/core/task/task.ts";
import { samplePlan, sampleTask } from "./sample-plan.ts";

describe("which proposal is accepted", () => {
  const proposal: Proposal = { number: 2, revision: 1, changes: [], comment: 7, at: "2026-01-01T10:00:00Z" };
  const at = "2026-01-01T10:00:20Z";

  test("the one named, or bare the one that could be read for ten seconds", () => {
    expect(proposalMeant({ proposal }, { number: 2, at })).toEqual({ kind: "proposal", proposal });
    expect(proposalMeant({ proposal }, { at, shownAt: "2026-01-01T10:00:10Z" })).toEqual({
      kind: "proposal",
      proposal,
    });
  });

  test.each([
    [{}, { at }, "nothing is proposed now; /discuss asks for a proposal"],
    [{ proposal }, { number: 1, at }, "P1 is not proposed any more; read P2, then write /accept p2"],
    [
      { proposal },
      { at, shownAt: "2026-01-01T10:00:11Z" },
      "P2 was shown less than 10 seconds before your comment: read it, then write /accept p2",
    ],
    [{ proposal }, { at }, "P2 was not shown before your comment: read it, then write /accept p2"],
  ])("%j with %j is refused", (state, request, reason) => {
    expect(proposalMeant(state, request)).toEqual({ kind: "refused", reason });
  });
});

describe("a proposal is stale", () => {
  const made = samplePlan({ T1: [], T2: ["T1"], T3: [], T4: [] });
  const now = {
    ...made,
    tasks: [...made.tasks.slice(0, 2), sampleTask("T3", { title: "Else" }), sampleTask("T5")],
  };

  test.each<[string, readonly PlanCommand[], readonly TaskKey[]]>([
    ["changes a task that changed", [{ kind: "modify", key: "T3", change: { title: "x" } }], ["T3"]],
    ["removes a task that went", [{ kind: "remove", key: "T4" }], ["T4"]],
    ["splits a task that changed", [{ kind: "split", key: "T3", parts: [] }], ["T3"]],
    ["waits for a task that changed", [{ kind: "add", task: sampleTask("T1", { needs: ["T3", "T1"] }) }], ["T3"]],
    ["lets a task wait for one that changed", [{ kind: "modify", key: "T1", change: { needs: ["T3"] } }], ["T3"]],
    ["means a new key that somebody else's task has", [{ kind: "modify", key: "T5", change: { title: "x" } }], ["T5"]],
    ["makes the plan anew", [{ kind: "plan", goal: "g", tasks: [] }], ["T3", "T4", "T5"]],
    ["is about other tasks: it is not", [{ kind: "modify", key: "T2", change: { needs: [] } }], []],
  ])("when it %s", (_, changes, stale) => {
    expect(staleTasks(changes, made, now)).toEqual(stale);
    expect(staleTasks(changes, made, made)).toEqual([]);
  });
});
