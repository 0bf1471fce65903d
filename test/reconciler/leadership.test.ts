import { describe, expect, it } from "vitest";
import { takenOverAfter } from "../../src/core/lease/leader.ts";
import type { LeaderRef } from "../../src/ports/leader.ts";
import { openLeadership } from "../../src/reconciler/leadership.ts";
import { settableClock } from "../support/memory-forge/clock.ts";
import { inventOid } from "../support/memory-forge/oid.ts";
import { openStage, task } from "./stage.ts";

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The ref in memory, and how often it was moved. */
function memoryRef() {
  const words = new Map<string, string>();
  const state: { oid?: string; moves: number; isBroken: boolean } = { moves: 0, isBroken: false };
  const ref: LeaderRef = {
    seen: async () => state.oid,
    hubOf: async (oid) => words.get(oid),
    async move(expected, word) {
      if (state.isBroken) throw new Error("no network");
      state.moves += 1;
      if (state.oid !== expected) return undefined;
      const oid = inventOid();
      words.set(oid, word.hub);
      state.oid = oid;
      return oid;
    },
    async remove(expected) {
      if (state.oid === expected) state.oid = undefined;
    },
  };
  return { ref, state };
}

function hubs() {
  const { ref, state } = memoryRef();
  const clock = settableClock();
  const open = (hub: string) => openLeadership({ ref, hub, newId: () => inventOid(), clock, log: quiet });
  return { state, clock, open };
}

describe("the lead", () => {
  it("is one hub's, renewed at half its length and only while somebody asks", async () => {
    const { state, clock, open } = hubs();
    const [one, two] = [open("one"), open("two")];
    expect([await one.leads(), await two.leads()]).toEqual([true, false]);
    for (let minute = 0; minute < 20; minute++) {
      clock.advance(60_000);
      expect([await one.leads(), await two.leads()], `minute ${minute}`).toEqual([true, false]);
    }
    expect(state.moves).toBeLessThanOrEqual(1 + 20 / 2.5);
  });

  it("is another's once the first has been silent for its length and a margin, and not before", async () => {
    const { clock, open } = hubs();
    const [one, two] = [open("one"), open("two")];
    await one.leads();
    await two.leads();
    clock.advance(takenOverAfter - 1);
    expect(await two.leads()).toBe(false);
    expect(two.untilTaken()).toBeLessThanOrEqual(1_000);
    clock.advance(1);
    expect([await two.leads(), await one.leads()]).toEqual([true, false]);
  });

  it("is taken at once where it was given up, and by the next life of the hub that had it", async () => {
    const { open } = hubs();
    const [one, two] = [open("one"), open("two")];
    await one.leads();
    expect(await two.leads()).toBe(false);
    const next = open("one");
    expect(await next.leads()).toBe(true);
    const three = open("three");
    expect(await three.leads()).toBe(false);
    await one.release();
    expect(await three.leads(), "it was not the first life's any more").toBe(false);
    await next.release();
    expect(await three.leads()).toBe(true);
  });

  it("that cannot be agreed on is everybody's", async () => {
    const { state, open } = hubs();
    state.isBroken = true;
    expect([await open("one").leads(), await open("two").leads()]).toEqual([true, true]);
  });
});

describe("a hub that does not lead", () => {
  it("does everything but show how a plan's execution goes, and shows it once it leads", async () => {
    const stage = openStage({ config: "merge: manual", runMilliseconds: 500 });
    const plan = stage.approve([task("T1"), task("T2", ["T1"])]);
    let leads = false;
    const leadership = { leads: async () => leads, untilTaken: () => 60_000 };
    stage.lead(leadership);
    stage.start();
    await stage.until(
      async () => stage.pullOf((await stage.issueOf(plan, "T1").catch(() => ({ number: 0 }))).number) !== undefined,
    );
    await stage.pass(20_000);
    const [issue] = [await stage.issueOf(plan, "T1")];
    expect([...issue.labels]).not.toContain("coppice:review");
    const before = await stage.comment(plan);
    expect(before).not.toBe("");
    leads = true;
    await stage.pass(61_000);
    expect([...issue.labels]).toContain("coppice:review");
    expect(await stage.comment(plan)).not.toBe(before);
    await stage.stop();
  });

  it("shows once what a command has changed that it received, and leaves the rest to the leader", async () => {
    const stage = openStage({ config: "merge: manual", workers: {} });
    const plan = stage.approve([task("T1")]);
    let leads = true;
    stage.lead({ leads: async () => leads, untilTaken: () => 60_000 });
    const reconciler = stage.start();
    await stage.pass(30_000);
    leads = false;
    const { number, labels } = await stage.issueOf(plan, "T1");
    const who = { by: "wim", at: new Date(stage.clock.now()).toISOString(), comment: 9 };
    await stage.revise(plan, ({ record }) => ({ record: { ...record, steering: { paused: who } } }));
    stage.hear(reconciler);
    await stage.pass(20_000);
    expect(await stage.comment(plan)).not.toContain("paused by wim");
    reconciler.wake(plan, { asked: true });
    await stage.until(async () => (await stage.comment(plan)).includes("paused by wim"), 30_000);
    stage.people.relabel(number, { by: "helper[bot]", add: ["coppice:failed"] });
    reconciler.heard({ kind: "forge" });
    await stage.pass(30_000);
    expect([...labels]).toContain("coppice:failed");
    await stage.stop();
  });
});
