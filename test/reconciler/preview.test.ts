import { expect, it } from "vitest";
import type { Effect } from "../../src/core/queue/effects.ts";
import { openPlanStore } from "../../src/planner/plan-store.ts";
import { unreadComments } from "../../src/planner/unread.ts";
import { Overviews } from "../../src/reconciler/overviews.ts";
import { passOnce } from "../../src/reconciler/pass.ts";
import type { ReadingPorts } from "../../src/reconciler/ports.ts";
import type { PlanPreview, RepositoryPreview } from "../../src/reconciler/preview.ts";
import { previewAtStart } from "../../src/reconciler/preview.ts";
import { readingPorts } from "../../src/reconciler/preview-ports.ts";
import { formatPreview } from "../../src/reconciler/preview-text.ts";
import { Sightings } from "../../src/reconciler/sightings.ts";
import { planPath } from "../../src/wire/ledger-paths.ts";
import type { Stage } from "./stage.ts";
import { openStage, task } from "./stage.ts";
import { takeFirst } from "./take-first.ts";

const auto = "merge: auto\nverify: npm test";

/** What a process would see that begins now. */
function portsOf(stage: Stage): ReadingPorts {
  return readingPorts({ ...stage.options, plans: openPlanStore(stage.forge.ledger, stage.options.log) });
}

/** A dry run, and that it has left everything as it was. */
async function dryRun(stage: Stage): Promise<RepositoryPreview> {
  const before = everything(stage);
  stage.journal.clear();
  const seen = await previewAtStart(portsOf(stage), { limits: stage.options.limits });
  expect(stage.journal.calls.map(({ verb }) => verb).filter((verb) => !readings.has(verb))).toEqual([]);
  expect(everything(stage)).toBe(before);
  return seen;
}

const readings = new Set(
  ["ledger.read", "leases.list", "leases.files", "plans.observe", "permissions.of"].concat([
    "comments.get",
    "comments.ofIssue",
    "issues.getCommanded",
  ]),
);

/** All there is on the forge, as text to compare. */
function everything({ world, leases, dispatch }: Stage): string {
  const { clock: _, journal: __, ...rest } = world;
  return JSON.stringify([rest, leases.current, dispatch.accepted], (_key, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
}

/** The next look of a process that begins now, all of it performed; gives what it did. */
async function pass(stage: Stage, plan: number) {
  const plans = openPlanStore(stage.forge.ledger, stage.options.log);
  const options = { ...stage.options, plans };
  const sightings = new Sightings(stage.clock, { id: "hub", nonce: "1" });
  const overview = await new Overviews(options, sightings).read();
  const asked = { plan, ports: options, sightings, overview, onSeen: () => undefined, lastActs: "" };
  const told: string[] = [];
  const log = { ...stage.options.log, info: (fields: object) => void told.push(JSON.stringify(fields)) };
  const result = await passOnce({ ...asked, ports: { ...options, log }, signal: new AbortController().signal });
  if (result.kind === "gone") throw new Error("the plan is gone");
  return { acts: result.acts, kinds: told };
}

/** What a pass says of effects. */
function textOf(effects: readonly Effect[]): string {
  return effects.length === 0 ? "" : JSON.stringify(effects);
}

function only({ plans }: RepositoryPreview): PlanPreview {
  const [plan] = plans;
  if (plan === undefined || plans.length > 1) throw new Error(`there are ${plans.length} plans`);
  return plan;
}

function linesOf({ effects }: Pick<PlanPreview, "effects">): readonly string[] {
  return effects.flatMap(({ lines }) => lines);
}

it("from approval to the end, a dry run says what the next look then does, and does nothing itself", async () => {
  const stage = openStage({ config: auto });
  const plan = stage.approve([task("T1"), task("T2", ["T1"]), task("T3", ["T1"])]);
  const kinds = new Set<string>();
  for (let round = 0; round < 60 && (await stage.state(plan)).record.status.kind !== "done"; round++) {
    const { effects } = only(await dryRun(stage));
    const done = await pass(stage, plan);
    expect(done.acts).toBe(textOf(effects.filter(({ last }) => !last).map(({ effect }) => effect)));
    const all = effects.map(({ kind }) => kind);
    expect(done.kinds).toEqual(all.length === 0 ? [] : [JSON.stringify({ plan, effects: all })]);
    for (const kind of all) kinds.add(kind);
    await takeFirst(stage, plan);
  }
  expect((await stage.state(plan)).record.status.kind).toBe("done");
  expect([...kinds].sort()).toEqual(
    ["change-labels", "create-task-issues", "ensure-labels", "finish-plan", "fold-results", "merge-pull"].concat([
      "open-pull",
      "release-lease",
      "remove-leases",
      "render-plan",
    ]),
  );
});

it("a plan approved just now: its issues, its comment, and what starts where", async () => {
  const stage = openStage();
  const plan = stage.approve([task("T1"), task("T2", ["T1"]), task("T3")], "Build \u001b[31mit");
  const seen = await dryRun(stage);
  expect(formatPreview(seen).split("\n")).toEqual([
    "octo/sample: 1 plan, 2 workers",
    "",
    "Plan #1, r1, approved: Build it",
    "  Now:",
    "    make the labels that are missing of: coppice:queued, agent:backend-systems-engineer (tasks get issues, needs first, a few ahead)",
    '    open an issue under #1 for T1 "Task T1"',
    '    open an issue under #1 for T3 "Task T3"',
    '    open an issue under #1 for T2 "Task T2" (tasks get issues, needs first, a few ahead)',
    "  When nothing else is left to do:",
    "    post the plan comment on #1 (the plan comment shows the plan)",
    "  Then starts:",
    '    T1 "Task T1" on worker-a',
    '    T3 "Task T3" on worker-b',
    "  Stays as it is:",
    "    T2 queued: waits for T1",
  ]);
  await pass(stage, plan);
  const { effects, starts } = only(await dryRun(stage));
  expect(linesOf({ effects })).toEqual(["post the plan comment on #1"]);
  expect(starts.map(({ issue }) => issue)).toEqual([2, 3]);
});

it("where no worker is known, it says what would start with enough of them", async () => {
  const stage = openStage({ config: "max-agents: 1", workers: {} });
  stage.approve([task("T1"), task("T2")]);
  const { starts, waiting } = only(await dryRun(stage));
  expect(starts).toEqual([{ task: "T1", title: "Task T1" }]);
  expect(waiting).toEqual([{ task: "T2", state: "queued", line: expect.stringMatching(/^tasks before it take/) }]);
});

it("in the middle of a plan: work published, merged by a person, an issue made twice, labels set by a stranger", async () => {
  const stage = openStage();
  const plan = stage.approve([task("T1"), task("T2"), task("T3")]);
  await pass(stage, plan);
  const [one, two, three] = await Promise.all((["T1", "T2", "T3"] as const).map((key) => stage.issueOf(plan, key)));
  if (one === undefined || two === undefined || three === undefined) throw new Error("a task has no issue");
  stage.take(plan, "T1", one.number);
  await stage.pass(3_000);
  const published = only(await dryRun(stage));
  expect(linesOf(published)).toEqual(
    expect.arrayContaining([
      `write the result of T1 (#${one.number}), attempt 1, into the ledger`,
      `open a pull request for T1 (#${one.number}) from coppice/${one.number}-task-t1`,
      `set the lease of T1 (#${one.number}) free`,
    ]),
  );
  await pass(stage, plan);
  const pull = stage.pullOf(one.number);
  stage.people.merge(pull?.number ?? 0);
  stage.people.reopen(one.number);
  stage.people.openIssue({ title: "T2", body: two.body, author: stage.forge.botLogin, parent: plan });
  stage.people.relabel(three.number, { by: "mallory", add: ["priority:high"] });
  const seen = only(await dryRun(stage));
  expect(linesOf(seen)).toEqual(
    expect.arrayContaining([
      `close T1 (#${one.number}) as completed`,
      `close #${stage.world.nextNumber - 1} as not planned: it is there twice`,
      `ask who changed the steering labels of T3 (#${three.number}), then heed them or put them back`,
    ]),
  );
  const acts = seen.effects.filter(({ last }) => !last).map(({ effect }) => effect);
  expect((await pass(stage, plan)).acts).toBe(textOf(acts));
  expect(one.state).toBe("closed");
});

it("a draft: its comment, and what approving it as it is would lead to", async () => {
  const stage = openStage();
  const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
  await stage.revise(plan, ({ record }) => ({ record: { ...record, status: { kind: "draft" } } }));
  const draft = only(await dryRun(stage));
  expect(linesOf(draft)).toEqual(["post the plan comment on #1"]);
  expect([draft.starts, draft.waiting]).toEqual([[], []]);
  expect(draft.onceApproved?.starts.map((start) => start.task)).toEqual(["T1"]);
  await stage.approveAgain(plan);
  const approved = only(await dryRun(stage));
  const comments = /render-plan/;
  const wanted = ({ effects }: Pick<PlanPreview, "effects">) => effects.filter(({ kind }) => !comments.test(kind));
  expect(wanted(approved)).toEqual(wanted(draft.onceApproved ?? { effects: [] }));
  expect(approved.waiting).toEqual(draft.onceApproved?.waiting);
});

it("a plan that cannot be read, one that is held back, and comments nobody has read", async () => {
  const stage = openStage({ config: "merge: never" });
  const plan = stage.approve([task("T1")]);
  const broken = stage.people.openIssue({ title: "Broken" }).number;
  stage.people.commitLedger(stage.forge.botLogin, [{ path: planPath(broken), text: "goal: [" }]);
  stage.people.comment("ada", plan, "/pause T1\n\n/status");
  stage.people.comment("bob", plan, "I like it");
  const seen = await dryRun(stage);
  expect(seen.hold).toMatch(/^\.github\/coppice\.yml:1: merge/);
  expect(only(seen).hold).toBe(seen.hold);
  expect(seen.broken).toEqual([
    { plan: broken, problem: expect.stringContaining("record.yaml:1: the file is missing") },
  ]);
  stage.journal.clear();
  const { forge, clock, plans: store } = stage;
  const unread = await unreadComments({ forge, store, clock, commands: "plain" });
  expect(unread.map(({ author, commands }) => [author, commands])).toEqual([
    ["ada", ["/approve r1"]],
    ["ada", ["/pause T1", "/status"]],
  ]);
  expect(stage.journal.calls.map(({ verb }) => verb)).toEqual(["ledger.read", "comments.since"]);
  expect(formatPreview({ ...seen, unread })).toContain("#1 by ada: /pause T1; /status");
});

it("a running reconciler's dry run knows its workers' runs and performs nothing either", async () => {
  const stage = openStage({ config: auto });
  const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
  const reconciler = stage.start();
  await stage.until(() => stage.dispatch.accepted.length === 1);
  const before = everything(stage);
  stage.journal.clear();
  const seen = only(await reconciler.answers.preview(plan));
  expect(stage.journal.calls.map(({ verb }) => verb).filter((verb) => !readings.has(verb))).toEqual([]);
  expect(everything(stage)).toBe(before);
  expect(seen.waiting.map(({ task: key, state }) => [key, state])).toEqual([
    ["T1", "running"],
    ["T2", "queued"],
  ]);
  expect((await reconciler.answers.preview(999)).plans).toEqual([]);
  await stage.untilDone(plan);
  await stage.stop();
});

it("what a dry run is given cannot write: it has the readings and nothing beside them", () => {
  const { options } = openStage();
  const methods = (value: object): string[] =>
    Object.entries(value).flatMap(([name, part]) =>
      typeof part === "function" ? [name] : isPart(part) ? methods(part).map((method) => `${name}.${method}`) : [],
    );
  const { clock: _, log: __, ...ports } = readingPorts(options);
  expect(methods(ports).sort()).toEqual([
    "code.read",
    "code.refresh",
    "dispatch.isGone",
    "dispatch.runs",
    "dispatch.workers",
    "forge.comments.get",
    "forge.comments.ofIssue",
    "forge.issues.getCommanded",
    "forge.permissions.of",
    "forge.plans.observe",
    "forge.serve",
    "leases.files",
    "leases.list",
    "leases.unreadable",
    "plans.broken",
    "plans.doubt",
    "plans.file",
    "plans.list",
    "plans.load",
  ]);
});

function isPart(part: unknown): part is object {
  return typeof part === "object" && part !== null;
}
