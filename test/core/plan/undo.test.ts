import { describe, expect, test } from "vitest";
import type { PlanStatus, Revision } from "../../../src/core/plan/plan.ts";
import { undoTarget } from "../../../src/core/plan/undo.ts";
import { sampleRecord } from "./sample-plan.ts";

const at = "2026-01-01T00:00:00Z";

/** A record from what each revision restores (0: nothing), the first numbered `first`. */
function recordOf(restores: readonly number[], status: PlanStatus = { kind: "draft" }, first = 1) {
  const revisions = restores.map((restored, index): Revision => {
    const revision = first + index;
    return { revision, hash: "h", by: "ada", at, summary: "s", ...(restored === 0 ? {} : { restores: restored }) };
  });
  return sampleRecord({ revision: first + restores.length - 1, revisions, status });
}

function approvedAs(revision: number): PlanStatus {
  return { kind: "approved", approval: { revision, hash: "h", by: "ada", comment: 1, at } };
}

describe("undo", () => {
  test.each([
    ["one step goes to the revision before", recordOf([0, 0, 0]), {}, 2],
    ["a second undo goes one further, not back and forth", recordOf([0, 0, 0, 2]), {}, 1],
    ["two steps at once are two undos", recordOf([0, 0, 0]), { steps: 2 }, 1],
    ["after a change on top of an undo the undone state comes first", recordOf([0, 0, 1, 0]), {}, 1],
    ["a revision that is an undo stands for what it restored", recordOf([0, 0, 1, 0]), { revision: 3 }, 1],
    ["a revision can be named", recordOf([0, 0, 0, 0]), { revision: 2 }, 2],
    ["an amendment goes back to the one before it", recordOf([0, 0, 0, 0], approvedAs(2)), {}, 3],
    ["the only amendment goes back to what is approved", recordOf([0, 0, 0], approvedAs(2)), {}, 2],
    ["an approval of what an undo brought back counts as that", recordOf([0, 0, 1, 0], approvedAs(3)), {}, 1],
    ["an undo whose source is gone stands for itself", recordOf([8, 0], { kind: "draft" }, 107), {}, 107],
    ["such an undo can be named", recordOf([0, 8, 0], { kind: "draft" }, 106), { revision: 107 }, 107],
  ])("%s", (_, record, request, revision) => {
    expect(undoTarget(record, request)).toEqual({ kind: "target", revision });
  });

  test.each([
    ["at the beginning", recordOf([0]), {}, "the plan is as it was first made; there is nothing to undo"],
    ["after undoing all", recordOf([0, 0, 1]), {}, "the plan is as it was first made; there is nothing to undo"],
    ["too many steps", recordOf([0, 0]), { steps: 5 }, "there is 1 step to undo, not more"],
    ["far too many steps", recordOf([0, 0, 0]), { steps: 1_000_000 }, "there are 2 steps to undo, not more"],
    ["a revision to come", recordOf([0, 0]), { revision: 9 }, "there is no r9; the plan is at r2"],
    ["the revision it is at", recordOf([0, 0, 1]), { revision: 1 }, "the plan is as r1 already"],
    [
      "what is not kept any more",
      recordOf([0, 0], { kind: "draft" }, 7),
      { revision: 3 },
      "r3 is not kept any more; the last 100 revisions are, from r7 on",
    ],
    [
      "what came before an undo whose source is gone",
      recordOf([0, 8, 0, 107], { kind: "draft" }, 106),
      {},
      "r7 is not kept any more; the last 100 revisions are, from r106 on",
    ],
    [
      "what it is at by way of such an undo",
      recordOf([0, 8, 0, 107], { kind: "draft" }, 106),
      { revision: 107 },
      "the plan is as r107 already",
    ],
    [
      "an approved plan without an amendment",
      recordOf([0, 0], approvedAs(2)),
      {},
      "r2 was approved by ada and there is no amendment to undo; /amend changes what has not been started",
    ],
    [
      "what came before the approval",
      recordOf([0, 0, 0], approvedAs(2)),
      { revision: 1 },
      "r2 is approved and what came before it is settled; /amend changes what has not been started",
    ],
    [
      "a cancelled plan",
      recordOf([0, 0], { kind: "cancelled", by: "ada", at }),
      {},
      "the plan was cancelled; start again with /plan",
    ],
  ])("is refused %s", (_, record, request, reason) => {
    expect(undoTarget(record, request)).toEqual({ kind: "refused", reason });
  });
});
