import { describe, expect, test } from "vitest";
import { CoppiceError } from "../../../src/core/errors.ts";
import { memoryForge } from "../../support/memory-forge/memory-forge.ts";
import { modelPlanner, otherHub, proposing, setUp } from "./support.ts";

/** Printed with every failure; set COPPICE_SEED to see it again. */
const seed = Number(process.env.COPPICE_SEED ?? 1);
const rounds = Number(process.env.COPPICE_ROUNDS ?? 12);

/** Numbers below one, the same for the same seed. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Forge = ReturnType<typeof memoryForge>["forge"];

/** A forge of which so many calls fail, half of them after they took effect. */
function flaky(forge: Forge, random: () => number, rate: () => number): Forge {
  const wrap = <Role extends object>(role: Role): Role =>
    new Proxy(role, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== "function") return method;
        return async (...values: unknown[]) => {
          const fails = random() < rate();
          const after = random() < 0.5;
          const error = new CoppiceError("forge-unavailable", `${String(name)}: no answer`);
          if (fails && !after) throw error;
          const answer: unknown = await method.apply(target, values);
          if (fails) throw error;
          return answer;
        };
      },
    });
  const { issues, comments, permissions, ledger } = forge;
  return {
    ...forge,
    issues: wrap(issues),
    comments: wrap(comments),
    permissions: wrap(permissions),
    ledger: wrap(ledger),
  };
}

const pool = [
  "/add A task",
  "/add Another after T1",
  "/discuss What is missing?",
  "/modify T1 more exactly",
  "/split T1",
  "/remove T9999",
  "/help",
  "/view\n/status",
  "/assign T1 docs-writer",
  "/answer Q99 yes",
];

describe("two hubs over a forge of which up to every fifth call fails", () => {
  test.each(Array.from({ length: rounds }, (_, round) => seed + round))(
    "seed %d: every command is carried out once, in order, and what asks is answered once",
    async (roundSeed) => {
      const random = randomFrom(roundSeed);
      let rate = 0;
      const memory = memoryForge();
      const model = modelPlanner(proposing([{ kind: "add", task: await someTask() }], ["Why?"]));
      const failing = () => flaky(memory.forge, random, () => rate);
      const at = setUp({ planner: model.planner }, memory);
      const hubs = [1, 2].map((number) => {
        const forge = failing();
        return otherHub({ options: at.options, forge }, { forge, hubId: `hub-${number}`, tries: 1_000 });
      });
      await at.tell("/plan");
      const ids: number[] = [];
      for (let count = 0; count < 10; count++) {
        rate = [0, 0.01, 0.05, 0.2][Math.floor(random() * 4)] ?? 0;
        ids.push(at.say(pool[Math.floor(random() * pool.length)] ?? "/help"));
        const work = hubs.flatMap(({ inbox }) => (random() < 0.8 ? [inbox.handle(at.issue), inbox.sweep()] : []));
        await Promise.allSettled(work);
      }
      rate = 0;
      for (let count = 0; count < 12; count++) {
        at.clock.advance(70_000);
        for (const { inbox, options } of hubs) {
          options.store.doubt();
          await inbox.sweep();
        }
      }
      const state = await at.load();
      const order = state?.record.revisions.slice(1).map(({ comment }) => comment ?? 0) ?? [];
      expect(order).toEqual([...order].sort((one, other) => one - other));
      expect(new Set(order).size).toBe(order.length);
      for (const id of ids) {
        const body = at.world.comments.get(id)?.body ?? "";
        const answers = at.answersTo(id).length;
        const changed = order.includes(id);
        expect({ body, answers, changed }).toEqual({ body, ...outcomeOf(body, changed) });
      }
      const marks = await at.options.store.marks();
      expect(marks?.intents).toBeUndefined();
      expect(await at.options.store.outbox()).toEqual([]);
      expect(ids.filter((id) => !marks?.applied.some((one) => one.id === id))).toEqual([]);
    },
  );
});

/** What only asks or is refused is answered once; what changes the plan is not, unless it is refused by then. */
function outcomeOf(body: string, changed: boolean): { readonly answers: number; readonly changed: boolean } {
  const asks = /^\/(?:discuss|help|view)/.test(body);
  return { answers: asks || !changed ? 1 : 0, changed: asks ? false : changed };
}

async function someTask() {
  const { sampleTask } = await import("../../core/plan/sample-plan.ts");
  const { key: _, ...task } = sampleTask("T1");
  return task;
}
