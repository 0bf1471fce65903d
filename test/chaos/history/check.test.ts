import { expect, it } from "vitest";
import type { Law } from "./check.ts";
import { check } from "./check.ts";
import type { History, HistoryEvent } from "./history.ts";

const ref = (holder: string, epoch: number, phase = "running", head?: string): HistoryEvent => ({
  kind: "ref",
  task: "T1",
  token: `${holder}-${epoch}-${phase}`,
  lease: { holder, epoch, phase, ...(head === undefined ? {} : { head }) },
});
const told = (holder: string, answer: "owner" | "lost" | "published", more: object = {}): HistoryEvent => ({
  ...{ kind: "told", task: "T1", holder, answer },
  ...more,
});
const branch = (head: string): HistoryEvent => ({ kind: "branch", task: "T1", head });
const begun = (task: string, ...needs: string[]): HistoryEvent => ({ kind: "begun", task, needs });
const merged = (task: string): HistoryEvent => ({ kind: "merged", task });
const said = (comment: number): HistoryEvent => ({ kind: "said", comment });
const heard = (comment: number): HistoryEvent => ({ kind: "heard", comment });
const folded = (run: string): HistoryEvent => ({ kind: "folded", run });
const open = (key: string, number: number): HistoryEvent => ({ kind: "open", key, number });

/** One task: lost by b, begun by a, taken over by c, renewed, published; and another one that needs it, all as somebody said. */
const good: History = [
  ...[ref("a", 1), told("a", "owner", { epoch: 1 }), told("b", "lost")],
  ...[ref("c", 2), told("c", "owner", { epoch: 2 }), ref("c", 2), ref("c", 2, "published", "h1"), branch("h1")],
  ...[told("c", "published", { head: "h1" }), ref("c", 2, "free", "h1")],
  ...[begun("T1"), begun("T1"), folded("T1 2"), merged("T1"), begun("T2", "T1"), folded("T2 1"), merged("T2")],
  ...[said(1), said(2), heard(2), heard(1)],
  ...[open("T1", 7), open("T2", 8), { kind: "end", task: "T1", how: "done" } as const],
];

it("a history in which nothing went wrong breaks no law", () => {
  expect(check(good)).toEqual([]);
});

it.each<[Law, History]>([
  ["one owner per epoch", [...good, ref("d", 2)]],
  ["one owner per epoch", [...good, told("a", "owner", { epoch: 2 })]],
  ["who is told owner is owner", [...good, told("d", "owner", { epoch: 3 })]],
  ["who is told owner is owner", [...good, told("a", "owner", { epoch: 3 })]],
  ["who is told lost has lost", [...good, told("c", "lost")]],
  ["epochs rise", [...good, ref("d", 1)]],
  ["epochs rise", [...good, ref("c", 1)]],
  ["nothing stale is published", [...good, branch("h0")]],
  ["nothing stale is published", [...good, branch("h1")]],
  ["nothing stale is published", [...good, ref("d", 3), ref("d", 3, "published", "h2")]],
  ["who is told published has published", [...good, told("a", "published", { head: "h0" })]],
  ["who is told published has published", [...good, told("c", "published", { head: "h2" })]],
  ["one open item per key", [...good, open("T1", 9)]],
  ["nothing begins before what it needs", [...good, begun("T3", "T1", "T4")]],
  ["nothing begins before what it needs", [begun("T2", "T1"), ...good]],
  ["nothing is merged twice, or unbegun", [...good, merged("T1")]],
  ["nothing is merged twice, or unbegun", [...good, merged("T3")]],
  ["nothing is merged twice, or unbegun", [...good, begun("T1")]],
  ["every command is heard once", [...good, said(3)]],
  ["every command is heard once", [...good, heard(2)]],
  ["every work is folded once", [...good, folded("T1 2")]],
  ["every work is folded once", [...good, begun("T3"), merged("T3")]],
  ["every task ends", [...good, { kind: "end", task: "T2", how: undefined }]],
])("the law of %s is broken by a history that breaks it", (law, history) => {
  expect(check(history).map((violation) => violation.law)).toContain(law);
});
