import { describe, expect, test } from "vitest";
import { openPlanStore } from "../../src/planner/plan-store.ts";
import type { Ledger, LedgerHead } from "../../src/ports/forge/ledger.ts";
import { openStage, task } from "../reconciler/stage.ts";

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function setUp() {
  const stage = openStage();
  const plans = [stage.approve([task("T1")], "One"), stage.approve([task("T1")], "Two")] as const;
  const asked: string[] = [];
  const counted = (head: LedgerHead): LedgerHead => ({
    oid: head.oid,
    paths: head.paths,
    foreign: head.foreign,
    text: (path) => {
      asked.push(path);
      return head.text(path);
    },
  });
  const ledger: Pick<Ledger, "read" | "commit"> = {
    read: async () => counted(await stage.forge.ledger.read()),
    async commit(change) {
      const answer = await stage.forge.ledger.commit(change);
      return answer.kind === "committed" ? { ...answer, head: counted(answer.head) } : answer;
    },
  };
  const store = openPlanStore(ledger, quiet);
  const spend = (
    plan: number,
    tokens: number,
    path = `plans/${plan}/tasks/T1/result.md`,
    text: string | null = "Done.",
  ) =>
    store.edit(plan, (state) => {
      if (state === undefined) throw new Error("there is no plan");
      const record = { ...state.record, usage: { ...state.record.usage, inputTokens: tokens } };
      const change = { plan: state.plan, record, message: "spent", files: [{ path, text }] };
      return { answer: undefined, change };
    });
  return { stage, plans, store, asked, spend };
}

describe("what is known of a plan's files", () => {
  test("is read once, however often others change, and the ledger is doubted", async () => {
    const { plans, store, asked, spend } = setUp();
    const [one, two] = plans;
    await store.load(one);
    await store.load(two);
    asked.length = 0;
    for (let tokens = 1; tokens <= 5; tokens += 1) await spend(one, tokens);
    store.doubt();
    const state = await store.load(two);
    expect(asked.filter((path) => path.startsWith(`plans/${two}/`))).toEqual([]);
    expect(await store.load(two)).toBe(state);
  });

  test("is what another process reads of the same head, after files came, changed and went", async () => {
    const { stage, plans, store, spend } = setUp();
    const [one, two] = plans;
    await store.list();
    await spend(one, 1);
    await spend(two, 2);
    await spend(one, 3, `plans/${one}/tasks/T1/result.md`, null);
    const fresh = openPlanStore(stage.forge.ledger, quiet);
    for (const plan of plans) expect(await store.load(plan)).toEqual(await fresh.load(plan));
    expect((await store.load(one))?.folded).toEqual([]);
    expect((await store.load(two))?.folded).toEqual(["T1"]);
  });

  test("says nothing any more once somebody else has written to the ledger", async () => {
    const { stage, plans, store } = setUp();
    const [one, two] = plans;
    await store.list();
    stage.people.commitLedger("mallory", [{ path: `plans/${two}/notes.md`, text: "mine" }]);
    store.doubt();
    expect((await store.load(two))?.foreign).toMatchObject({ author: "mallory" });
    expect((await store.load(one))?.foreign).toBeUndefined();
  });
});
