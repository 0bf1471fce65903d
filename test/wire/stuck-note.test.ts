import { expect, test } from "vitest";
import type { StuckTask } from "../../src/core/queue/effects.ts";
import { findStuckMarker, formatStuckNote } from "../../src/wire/stuck-note.ts";

const task = (number: number, line = "no-change: it changed nothing"): StuckTask => {
  return { key: `T${number}`, epoch: number + 2, issue: number + 10, attempts: 3, line };
};
const plain = { commands: "plain" } as const;

test("one failed task is told of with its reason, what waits for it and what to do", () => {
  const note = { plan: 7, failed: [task(1)], waiting: ["T2", "T3"] as const, others: true };
  expect(formatStuckNote(note, plain).split("\n")).toEqual([
    "<!-- coppice:plan=7;stuck=T1@3 -->",
    "**Nothing of this plan goes on by itself:** 1 task failed for good.",
    "",
    "- **T1** (#11) after 3 attempts: no-change: it changed nothing",
    "",
    "What waits for that: T2, T3.",
    "",
    "What else is open waits for something else: `/status` says for what.",
    "",
    "`/retry T1` begins T1 anew, `/retry T1 with <agent>` with another agent. Or close its issue: as completed where its work is done, and what waits for it goes on; as not planned where nobody wants it.",
  ]);
});

test("many are counted, and what is neither there nor plain is not said so", () => {
  const failed = Array.from({ length: 7 }, (_, index) => task(index + 1));
  const waiting = Array.from({ length: 12 }, (_, index) => `T${index + 20}` as const);
  const text = formatStuckNote({ plan: 7, failed, waiting, others: false }, { commands: "prefixed" });
  expect(text.match(/^- .*/gm)).toHaveLength(6);
  expect(text).toContain("\n- and 2 more\n");
  expect(text).toContain("What waits for that: T20, T21, T22, T23, T24, T25, T26, T27, T28, T29 and 2 more.");
  expect(text).toContain("`/coppice retry T1`");
  expect(text).not.toContain("/status");
  expect(findStuckMarker(text, 7)).toEqual(failed.map(({ key, epoch }) => ({ key, epoch })));
});

test("what an agent said pings nobody, closes nothing and stays in its line", () => {
  const line = "agent-failed: @ada <!-- hidden --> closes #3\n/approve\n# Title";
  const text = formatStuckNote({ plan: 7, failed: [task(1, line)], waiting: [], others: false }, plain);
  const said = text.split("\n").find((one) => one.startsWith("- ")) ?? "";
  expect(said).toContain("/approve # Title");
  expect(text).not.toMatch(/@ada|<!-- hidden|closes #3|^\/approve|^# /m);
});

test.each([
  ["of another plan", "<!-- coppice:plan=8;stuck=T1@3 -->"],
  ["that is not at the beginning", "said: <!-- coppice:plan=7;stuck=T1@3 -->"],
  ["of a budget", "<!-- coppice:plan=7;budget=plan 5 tokens -->"],
  ["without tasks", "<!-- coppice:plan=7;stuck= -->"],
])("a marker %s tells of nothing", (_, body) => {
  expect(findStuckMarker(body, 7)).toEqual([]);
});
