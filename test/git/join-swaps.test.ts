import { expect, it } from "vitest";
import { joinSwaps } from "../../src/git/join-swaps.ts";
import type { LeaseMove, LeaseMoved } from "../../src/ports/leases.ts";
import { makeLease } from "./origin.ts";

const move = (issue: number): LeaseMove => ({ expected: undefined, lease: makeLease({ issue }) });
const issues = (moves: readonly LeaseMove[]) => moves.map(({ lease }) => lease.issue);

it("Moves that come while a push is under way go together in the next one, and a move of the same lease in the one after", async () => {
  const pushes: number[][] = [];
  const swap = joinSwaps(async (moves) => {
    pushes.push(issues(moves));
    await new Promise((resolve) => setTimeout(resolve, 20));
    return moves.map(({ lease }): LeaseMoved => ({ kind: "held", held: { oid: `${lease.issue}`, lease } }));
  });
  const answers = await Promise.all([12, 13, 14, 13].map((issue) => swap(move(issue))));
  expect(pushes).toEqual([[12], [13, 14], [13]]);
  expect(answers.map((answer) => answer.kind === "held" && answer.held.oid)).toEqual(["12", "13", "14", "13"]);
});

it("A push that hangs holds up nobody for longer than a moment, and one that fails is told to those in it", async () => {
  const swap = joinSwaps(async (moves) => {
    if (issues(moves).includes(12)) return new Promise(() => undefined);
    throw new Error("no remote");
  });
  void swap(move(12));
  const [second, third] = await Promise.allSettled([swap(move(13)), swap(move(14))]);
  expect([second?.status, third?.status]).toEqual(["rejected", "rejected"]);
});
