import fc from "fast-check";
import type { Act, ActContext } from "../../src/core/plan/act.ts";
import { act, stateAfter } from "../../src/core/plan/act.ts";
import type { PlanCommand } from "../../src/core/plan/command.ts";
import type { Plan, PlanState } from "../../src/core/plan/plan.ts";
import type { SteeringCommand } from "../../src/core/plan/steering-change.ts";
import { undoTarget } from "../../src/core/plan/undo.ts";
import type { PlannedTask, TaskKey } from "../../src/core/task/task.ts";
import { formatPlan, parsePlan, planHash } from "../../src/wire/plan-yaml.ts";
import { sampleTask } from "../core/plan/sample-plan.ts";

/** Tasks a plan may hold here: few, so that the limit is met. */
export const maxTasks = 7;

/** A plan's state with the texts of its revisions, as the ledger keeps them. */
export interface World {
  readonly state: PlanState | undefined;
  readonly texts: ReadonlyMap<number, string>;
  /** Minutes; every act takes one. */
  readonly clock: number;
}

export const emptyWorld: World = { state: undefined, texts: new Map(), clock: 0 };

/** One random wish; what it needs of the state is looked up when it is its turn. */
export interface Wish {
  readonly by: string;
  readonly make: (world: World) => Act | undefined;
}

/** The act as it comes out, and the world after it; undefined when the wish made no sense. */
export function grant(world: World, { by, make }: Wish) {
  const wanted = make(world);
  if (wanted === undefined) return undefined;
  const context = contextOf(world, by);
  const done = act(world.state, wanted, context);
  const after = done.kind === "changed" ? stateAfter(world.state, done.next, context) : world.state;
  return { wanted, done, world: keep(world, done.kind === "changed" ? withIssues(after) : after) };
}

export function contextOf({ clock }: World, by: string): ActContext {
  const at = new Date(Date.UTC(2026, 0, 1) + clock * 60_000).toISOString();
  const hashOf = (plan: Plan): string => planHash(textOf(plan));
  return { issue: 2, by, at, comment: 100 + clock, hashOf, maxTasks, twoPersons: by === "eve" };
}

/** What the store does in the same commit: the newest revision's text is kept. */
function keep({ texts, clock }: World, state: PlanState | undefined): World {
  if (state === undefined) return { state, texts, clock: clock + 1 };
  const text = textOf(state.amendment?.plan ?? state.plan);
  return { state, texts: new Map(texts).set(state.record.revision, text), clock: clock + 1 };
}

const written = new WeakMap<Plan, string>();

/** Written once for each plan: writing is most of the work. */
export function textOf(plan: Plan): string {
  const text = written.get(plan) ?? formatPlan(plan);
  written.set(plan, text);
  return text;
}

const read = new Map<string, Plan>();

/** Read once for each text. */
function planOf(text: string): Plan {
  const plan = read.get(text) ?? parsePlan(text);
  read.set(text, plan);
  return plan;
}

/** Some tasks of an approved plan get their issues. */
function withIssues(state: PlanState | undefined): PlanState | undefined {
  if (state?.record.status.kind !== "approved") return state;
  const made = state.plan.tasks.slice(0, 3).map(({ key }) => {
    const number = Number(key.slice(1)) + 10;
    return [key, { number, id: number, nodeId: `n${number}` }];
  });
  return { ...state, record: { ...state.record, tasks: { ...state.record.tasks, ...Object.fromEntries(made) } } };
}

const key = fc.integer({ min: 1, max: 14 }).map((number): TaskKey => `T${number}`);
const keys = fc.array(key, { maxLength: 3 });
const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `t ${text}`);
const title = fc.oneof({ weight: 19, arbitrary: word }, { weight: 1, arbitrary: fc.string({ maxLength: 130 }) });
const loose = fc
  .record(
    {
      key,
      title,
      needs: keys,
      estimateMinutes: fc.integer({ min: 0, max: 60 }),
      touches: fc.array(fc.constantFrom("src", "src/a.ts", "docs/"), { maxLength: 2 }),
    },
    { requiredKeys: ["key", "title", "needs"] },
  )
  .map(({ key: one, ...more }) => sampleTask(one, more));
/** Keys in order, needs backwards: mostly valid. */
const chain = fc.array(loose, { minLength: 1, maxLength: 4 }).map((tasks) =>
  tasks.map(
    (task, index): PlannedTask => ({
      ...task,
      key: `T${index + 1}`,
      needs: task.needs.filter((need) => Number(need.slice(1)) <= index),
    }),
  ),
);
const firstTasks = fc
  .array(fc.record({ name: word, needs: fc.array(fc.nat({ max: 4 }), { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 5,
    size: "max",
  })
  .map((list) =>
    list.map(({ name, needs }, index) =>
      sampleTask(`T${index + 1}`, {
        title: name,
        needs: needs.filter((need) => need < index).map((need): TaskKey => `T${need + 1}`),
      }),
    ),
  );
const tasks = fc.oneof(
  { weight: 4, arbitrary: firstTasks },
  { weight: 2, arbitrary: chain },
  { weight: 1, arbitrary: fc.array(loose, { maxLength: 9 }) },
);
const picked = fc.nat({ max: 20 });

/** A key of the plan as it is, mostly. */
function some(world: World, choice: number): TaskKey {
  const all = (world.state?.amendment?.plan ?? world.state?.plan)?.tasks ?? [];
  return all[choice % (all.length + 1)]?.key ?? "T13";
}

export const command: fc.Arbitrary<(world: World) => PlanCommand> = fc.oneof(
  fc.record({ goal: title, tasks }).map((more) => () => ({ kind: "plan" as const, ...more })),
  fc.tuple(loose, picked).map(([{ key: _, ...task }, choice]) => (world: World) => ({
    kind: "add" as const,
    task: { ...task, needs: choice % 2 === 0 ? [some(world, choice)] : task.needs.slice(0, 0) },
  })),
  picked.map((choice) => (world: World) => ({ kind: "remove" as const, key: some(world, choice) })),
  fc.tuple(picked, picked, title).map(([choice, other, name]) => (world: World) => ({
    kind: "modify" as const,
    key: some(world, choice),
    change: other % 2 === 0 ? { title: name } : { needs: [some(world, other)] },
  })),
  fc.tuple(picked, tasks).map(([choice, parts]) => (world: World) => ({
    kind: "split" as const,
    key: some(world, choice),
    parts,
  })),
  fc.tuple(picked, tasks, title).map(([choice, more, goal]) => (world: World) => {
    const now = (world.state?.amendment?.plan ?? world.state?.plan)?.tasks ?? [];
    const kept = now.filter((_, index) => index !== choice);
    const last = world.state?.record.lastKey ?? 0;
    const added = more
      .slice(0, 1)
      .map((task): PlannedTask => ({ ...task, key: choice % 3 === 0 ? task.key : `T${last + 1}` }));
    return { kind: "edit" as const, goal, tasks: [...kept, ...added] };
  }),
);

const commands = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(command) },
  { weight: 1, arbitrary: fc.tuple(command, command) },
);

function started({ state }: World, choice: number): readonly TaskKey[] {
  return state?.plan.tasks.slice(0, choice % 3).map((task) => task.key) ?? [];
}

const change = fc
  .record(
    {
      made: commands,
      amends: fc.constantFrom(true, true, true, false),
      choice: picked,
      expects: fc.constantFrom(undefined, undefined, undefined, 0, 0, 1),
      questions: fc.oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(title, { maxLength: 2 }) },
      ),
    },
    { requiredKeys: ["made", "amends", "choice"] },
  )
  .map(
    ({ made, amends, choice, expects, questions }) =>
      (world: World): Act => ({
        kind: "change",
        commands: made.map((one) => one(world)),
        questions,
        ...(amends ? { amend: { started: started(world, choice) } } : {}),
        ...(expects === undefined ? {} : { expects: (world.state?.record.revision ?? 0) + expects }),
        ...(choice === 20 ? { accepts: world.state?.proposal?.number ?? 1 } : {}),
      }),
  );

const undo = fc
  .record({
    steps: fc.integer({ min: 1, max: 3 }),
    revision: fc.integer({ min: 1, max: 6 }),
    by: fc.boolean(),
    choice: picked,
  })
  .map(({ steps, revision, by, choice }) => (world: World): Act | undefined => {
    const { state, texts } = world;
    if (state === undefined) return undefined;
    const target = undoTarget(state.record, by ? { steps } : { revision });
    if (target.kind === "refused") return undefined;
    const plan = planOf(texts.get(target.revision) ?? "");
    const restore = { kind: "restore" as const, revision: target.revision, ...plan };
    return { kind: "change", commands: [restore], amend: { started: started(world, choice) } };
  });

const approve = fc
  .record({
    named: fc.integer({ min: -1, max: 4 }),
    anyway: fc.constantFrom(true, true, false),
    seconds: fc.integer({ min: 0, max: 40 }),
    choice: picked,
  })
  .map(({ named, anyway, seconds, choice }) => (world: World): Act => {
    const revision = world.state?.record.revision ?? 1;
    const shownAt = Date.UTC(2026, 0, 1) + world.clock * 60_000 - seconds * 1_000;
    return {
      kind: "approve",
      anyway,
      started: started(world, choice),
      shown: { revision, at: new Date(shownAt).toISOString() },
      ...(named > 3 ? {} : { revision: revision + Math.min(named, 0) }),
    };
  });

const others: fc.Arbitrary<(world: World) => Act> = fc.oneof(
  fc.nat({ max: 9 }).map((choice) => (world: World): Act => {
    // Now and then only: it ends the story.
    if (choice === 0) return { kind: "cancel" };
    return { kind: "answer", question: world.state?.record.questions?.at(-1)?.number ?? 1, text: "Yes." };
  }),
  fc.tuple(fc.integer({ min: 0, max: 4 }), title).map(([question, text]) => () => ({
    kind: "answer" as const,
    question,
    text,
  })),
  fc
    .tuple(fc.array(command, { maxLength: 2 }), fc.array(title, { maxLength: 3 }))
    .map(([made, questions]) => (world: World) => ({
      kind: "note" as const,
      questions,
      proposal: { revision: world.state?.record.revision ?? 0, changes: made.map((one) => one(world)) },
    })),
  fc.tuple(title, chain).map(([goal, list]) => () => ({
    kind: "submit" as const,
    commands: [{ kind: "plan" as const, goal, tasks: list }],
    planner: "keywords",
  })),
);

const standing = fc.record({
  state: fc.constantFrom("waiting" as const, "waiting", "running", "running", "review", "failed", "done", "dropped"),
  epoch: fc.nat({ max: 3 }),
});
const steering: fc.Arbitrary<(world: World) => SteeringCommand> = fc.oneof(
  fc.tuple(fc.constantFrom("pause" as const, "resume" as const), picked).map(([kind, choice]) => (world: World) => ({
    kind,
    key: choice % 3 === 0 ? undefined : some(world, choice),
  })),
  fc.tuple(fc.constantFrom("stop" as const, "retry" as const), picked).map(([kind, choice]) => (world: World) => ({
    kind,
    key: some(world, choice),
    ...(kind === "retry" && choice % 2 === 0 ? { agent: "codex" } : {}),
  })),
  fc.tuple(picked, fc.constantFrom("high" as const, "normal", "low")).map(([choice, priority]) => (world: World) => ({
    kind: "priority" as const,
    key: some(world, choice),
    priority,
  })),
  fc
    .tuple(picked, fc.constantFrom({ agent: "codex" }, { agent: null }, { specialist: "docs-writer" }))
    .map(([choice, whom]) => (world: World) => ({ kind: "assign" as const, key: some(world, choice), ...whom })),
);
const steer = fc.tuple(steering, standing).map(
  ([make, at]) =>
    (world: World): Act => ({ kind: "steer", command: make(world), standing: at }),
);

const by = fc.constantFrom("ada", "ada", "bob", "eve");

/** Mostly changes, then approvals and undos, now and then the rest; the first one plans. */
export const wishes: fc.Arbitrary<readonly Wish[]> = fc
  .tuple(
    fc.record({ goal: fc.constant("Add OAuth login"), tasks: firstTasks }),
    fc.array(
      fc.record({
        by,
        make: fc.oneof(
          { weight: 8, arbitrary: change },
          { weight: 3, arbitrary: undo },
          { weight: 3, arbitrary: approve },
          { weight: 2, arbitrary: others },
          { weight: 1, arbitrary: steer },
        ),
      }),
      { maxLength: 12, size: "max" },
    ),
  )
  .map(([first, more]) => [
    { by: "ada", make: () => ({ kind: "change", commands: [{ kind: "plan", ...first }] }) },
    ...more,
  ]);
