import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { progress } from "../../../src/core/queue/progress.ts";
import { reconcile } from "../../../src/core/queue/reconcile.ts";
import type { ReadyTask } from "../../../src/core/queue/select.ts";
import { activeTasks, readyTasks, select } from "../../../src/core/queue/select.ts";
import { statusText } from "../../../src/core/queue/status.ts";
import { wakeAfter } from "../../../src/core/queue/wake-after.ts";
import { priorities } from "../../../src/core/task/task.ts";
import { anyPlan, anyPolicy, anySnapshot, now, plannedTask } from "./snapshots.ts";

const runs = { numRuns: 1_000 };

describe("whatever a plan looks like", () => {
  it("reconciling never throws, gives printable data, and the same for the same", () => {
    fc.assert(
      fc.property(anyPlan, anyPolicy, (snapshot, policy) => {
        const effects = reconcile(snapshot, policy, now);
        expect(JSON.parse(JSON.stringify(effects))).toEqual(effects);
        expect(reconcile(snapshot, policy, now)).toEqual(effects);
        expect(progress(snapshot, policy, now).map(({ key }) => key)).toEqual(
          snapshot.tasks.map(({ task }) => task.key),
        );
        expect(statusText(snapshot, policy, now).split("\n")).toHaveLength(snapshot.tasks.length + 2);
        expect(wakeAfter(snapshot, policy, now) ?? 1).toBeGreaterThan(0);
      }),
      runs,
    );
  });

  it("no task is ready with a need that is not completed, a run, a held lease, an open blocker, or no attempt left", () => {
    fc.assert(
      fc.property(anyPlan, anyPolicy, (snapshot, policy) => {
        for (const { at, task } of readyTasks(snapshot, policy, now)) {
          for (const need of task.needs) {
            const { issue } = snapshot.tasks.find((other) => other.task.key === need) ?? {};
            expect(issue).toMatchObject({ state: "closed", reason: "completed" });
          }
          expect(at.run).toBeUndefined();
          expect(at.issue?.state).toBe("open");
          expect(at.issue?.openBlockers).not.toContain(99);
          expect(at.issue?.blockersElsewhere ?? []).toEqual([]);
          expect(at.lease?.lease.phase).not.toBe("published");
          const { phase } = at.lease?.lease ?? {};
          if (phase === "claimed" || phase === "running") {
            expect(at.lease?.holderGone || (at.lease?.unchangedFor ?? 0) >= 960_000).toBe(true);
          }
          const failures = at.lease?.lease.failures.map(({ kind }) => kind).filter((kind) => kind !== "stopped") ?? [];
          if (at.lease?.lease.head !== undefined) expect(at.pull).toBeDefined();
          const outside = ["worker-lost", "conflict", "quota", "internal"];
          expect(failures.filter((kind) => !outside.includes(kind)).length).toBeLessThan(policy.attempts);
          expect(failures.length).toBeLessThan(10);
          expect(snapshot.hold).toBeUndefined();
          expect(snapshot.parent.state).toBe("open");
          expect(snapshot.state.record.status.kind).toBe("approved");
          const { amendment } = snapshot.state;
          if (amendment !== undefined) expect(amendment.plan.tasks).toContainEqual(task);
        }
      }),
      runs,
    );
  });

  it("no task is chosen twice or while somebody works on it, no worker beyond its slots, no agent that is parked, and no more than allowed", () => {
    const names = ["claude-code", "codex", "gemini"] as const;
    const anyWorkers = fc.array(
      fc.record({
        ...{ connected: fc.boolean(), draining: fc.boolean(), warm: fc.boolean() },
        ...{ free: fc.nat({ max: 3 }), agents: fc.subarray([...names]) },
      }),
      { maxLength: 4 },
    );
    const anyWish = fc.record({ agent: fc.option(fc.constantFrom(...names)), parked: fc.subarray([...names]) });
    const anyTasks = fc.array(anySnapshot, { maxLength: 3 });
    fc.assert(
      fc.property(anyTasks, anyPolicy, anyWorkers, anyWish, (snapshots, policy, drawn, { agent, parked }) => {
        const workers = drawn.map((worker, index) => ({ ...worker, id: `w${index}`, slots: 3 }));
        const apart = <T extends { plan: number; issue: number }>(task: T, index: number): T => {
          return { ...task, plan: index, issue: index * 1_000 + task.issue };
        };
        const ready = snapshots.flatMap((at, index) => readyTasks(at, policy, now).map((task) => apart(task, index)));
        const active = snapshots.flatMap((at, index) => activeTasks(at, policy, now).map((task) => apart(task, index)));
        const asked = agent === null ? {} : { agent };
        const choices = select({ ready, workers, active, policy, ...asked, parked: new Set(parked) });
        const chosen = choices.map(({ task }) => task.issue);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen.filter((issue) => active.some((task) => task.issue === issue))).toEqual([]);
        expect(chosen.length).toBeLessThanOrEqual(Math.max(0, policy.maxAgents - active.length));
        for (const [plan] of snapshots.entries()) {
          const [before, more] = [active, choices.map(({ task }) => task)].map(
            (all) => all.filter((one) => one.plan === plan).length,
          );
          expect(more === 0 || (before ?? 0) + (more ?? 0) <= policy.maxAgentsPerPlan).toBe(true);
        }
        for (const { id, free, connected, draining, agents } of workers) {
          const own = choices.filter(({ worker }) => worker === id);
          expect(own.length).toBeLessThanOrEqual(connected && !draining ? free : 0);
          for (const choice of own) {
            const used = choice.agent ?? agents[0] ?? "";
            expect(parked).not.toContain(used);
            if (agents.length > 0) expect(agents).toContain(used);
          }
        }
      }),
      runs,
    );
  });

  it("nothing starves: whatever else becomes ready meanwhile, a task that waits is chosen in the end", () => {
    const anyArrivals = fc.array(
      fc.record({ plan: fc.integer({ min: 1, max: 3 }), priority: fc.constantFrom(...priorities) }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...priorities), anyArrivals, (priority, arrivals) => {
        const task = { ...plannedTask("T1"), priority };
        const waiting: ReadyTask = { plan: 9, issue: 9_999, task, at: { task, folded: false }, readyFor: 0 };
        const workers = [{ id: "w", connected: true, draining: false, warm: false, slots: 1, free: 1 }];
        const step = 5 * 60_000;
        let ready: readonly ReadyTask[] = [waiting];
        for (let round = 0; round < 100; round++) {
          const [choice] = select({ ready, workers, active: [], policy: { maxAgents: 1 } });
          if (choice?.task.issue === waiting.issue) return;
          const fresh = arrivals.map(({ plan, priority }, index): ReadyTask => {
            const other = { ...plannedTask("T2"), priority };
            return {
              plan,
              issue: 1 + round * 10 + index,
              task: other,
              at: { task: other, folded: false },
              readyFor: 0,
            };
          });
          const left = ready.filter(({ issue }) => issue !== choice?.task.issue);
          // More comes than is done: what came later must not pass it for ever.
          ready = [...left.map((one) => ({ ...one, readyFor: one.readyFor + step })), ...fresh];
        }
        throw new Error("it was never chosen");
      }),
      { numRuns: 100 },
    );
  });

  it("nothing is merged that is not green, and nothing of a plan that is held back or given up", () => {
    fc.assert(
      fc.property(anyPlan, anyPolicy, (snapshot, policy) => {
        for (const effect of reconcile(snapshot, policy, now)) {
          if (effect.kind !== "merge-pull") continue;
          const at = snapshot.tasks.find(({ task }) => task.key === effect.task);
          expect(policy.merge).toBe("auto");
          expect(snapshot.state.record.status.kind).toBe("approved");
          expect(snapshot.hold).toBeUndefined();
          expect(at?.pull).toMatchObject({ state: "open", draft: false, changesRequested: false, mergeable: "yes" });
          expect(["none", "passed"]).toContain(at?.pull?.checks);
          const isTime = (at?.headSeenFor ?? 0) >= policy.checksGraceSeconds * 1_000;
          expect(at?.pull?.checks === "passed" || isTime).toBe(true);
          expect(at?.publication).toMatchObject({ head: effect.head, verification: { kind: "passed" } });
          expect(at?.pull?.head).toBe(effect.head);
        }
      }),
      runs,
    );
  });

  it("published work is folded before its pull request is opened, and that before its lease is released", () => {
    fc.assert(
      fc.property(anySnapshot, anyPolicy, (snapshot, policy) => {
        const effects = reconcile(snapshot, policy, now);
        const place = (kind: string, issue: number) =>
          effects.findIndex(
            (effect) => effect.kind === kind && "lease" in effect && effect.lease.lease.issue === issue,
          );
        for (const at of snapshot.tasks) {
          if (at.issue === undefined || at.lease?.lease.phase !== "published") continue;
          const folded = effects.findIndex(
            (effect) => effect.kind === "fold-results" && effect.results.some(({ task }) => task === at.task.key),
          );
          const opened = place("open-pull", at.issue.number);
          const released = place("release-lease", at.issue.number);
          expect(folded >= 0).toBe(!at.folded);
          expect(released).toBeGreaterThan(Math.max(folded, opened));
          if (opened >= 0) expect(opened).toBeGreaterThan(folded);
          else
            expect(at.issue.state === "closed" || at.pull?.state === "open" || at.pull?.state === "merged").toBe(true);
        }
      }),
      runs,
    );
  });

  it("an amendment that waits keeps its tasks' issues from being made, and the plan from ending", () => {
    fc.assert(
      fc.property(anyPlan, anyPolicy, (snapshot, policy) => {
        const { amendment, plan } = snapshot.state;
        for (const effect of reconcile(snapshot, policy, now)) {
          if (amendment === undefined) continue;
          expect(effect.kind).not.toBe("finish-plan");
          if (effect.kind !== "create-task-issues") continue;
          const made = plan.tasks.filter(({ key }) => effect.tasks.includes(key));
          expect(amendment.plan.tasks).toEqual(expect.arrayContaining(made));
        }
      }),
      runs,
    );
  });

  it("nothing is given up that the plan has, nor anything made of it on the word of a ledger that others wrote in", () => {
    fc.assert(
      fc.property(anyPlan, anyPolicy, (snapshot, policy) => {
        const { state, tasks, former = [] } = snapshot;
        const isCancelled = state.record.status.kind === "cancelled";
        const unwanted = [...(isCancelled ? tasks : []), ...former];
        for (const effect of reconcile(snapshot, policy, now)) {
          if (effect.kind === "close-given-up") {
            expect(unwanted.map(({ issue }) => issue?.number)).toEqual(expect.arrayContaining([...effect.issues]));
            expect(state.foreign).toBeUndefined();
          }
          if (effect.kind === "stop-run") {
            const at = [...tasks, ...former].find(({ task }) => task.key === effect.task);
            const isUnwanted = unwanted.some(({ task }) => task.key === effect.task) && state.foreign === undefined;
            expect(at?.issue?.state === "closed" || isUnwanted).toBe(true);
          }
          if (["catch-up", "add-blockers", "create-task-issues", "finish-plan"].includes(effect.kind)) {
            expect(state.record.status.kind).toBe("approved");
            expect(snapshot.hold).toBeUndefined();
          }
        }
      }),
      runs,
    );
  });

  it("phase parents are closed once nobody wants them or the plan ends, and only made for an approved plan", () => {
    fc.assert(
      fc.property(anyPlan, anyPolicy, (snapshot, policy) => {
        const effects = reconcile(snapshot, policy, now);
        const { state, phases = [] } = snapshot;
        const open = new Set(phases.filter((one) => one.state === "open").map(({ number }) => number));
        for (const effect of effects) {
          if (effect.kind === "create-phases") {
            expect(state.record.status.kind).toBe("approved");
            expect(snapshot.hold).toBeUndefined();
            for (const name of effect.phases) expect(phases.map((one) => one.name)).not.toContain(name);
          }
          if (effect.kind !== "close-phases") continue;
          for (const { number } of effect.phases) expect(open.has(number)).toBe(true);
          if (effect.reason === "not_planned") expect(state.record.status.kind).toBe("cancelled");
          else expect(effects.map(({ kind }) => kind)).toEqual(["close-phases", "finish-plan"]);
        }
      }),
      runs,
    );
  });

  it("what is given up is neither offered for review nor merged, and its branch stays unless it is merged", () => {
    fc.assert(
      fc.property(anyPlan, anyPolicy, (snapshot, policy) => {
        const isCancelled = snapshot.state.record.status.kind === "cancelled";
        const unwanted = [...(isCancelled ? snapshot.tasks : []), ...(snapshot.former ?? [])];
        const find = (key: string) => unwanted.find(({ task }) => task.key === key);
        for (const effect of reconcile(snapshot, policy, now)) {
          if (effect.kind === "open-pull" || effect.kind === "merge-pull") expect(find(effect.task)).toBeUndefined();
          if (effect.kind !== "remove-leases") continue;
          for (const { task, branch, held } of effect.leases) {
            const at = find(task);
            if (at === undefined) continue;
            expect(at.issue?.state).toBe("closed");
            expect(held.lease.phase).not.toBe("published");
            if (branch !== undefined) expect(at.pull?.state).toBe("merged");
          }
        }
      }),
      runs,
    );
  });
});
