import { expect, test } from "vitest";
import type { Ledger, LedgerFile } from "../../src/ports/forge/ledger.ts";
import type { HostedRepository } from "./host.ts";

export function ledgerContract(open: () => Promise<HostedRepository>): void {
  const add = (path: string, text: string): LedgerFile[] => [{ path, text }];

  test("the branch is made when it is read first, and says what it is", async () => {
    const { forge } = await open();
    const head = await forge.ledger.read();
    expect(head.paths).toEqual(["README.md"]);
    expect(await head.text("README.md")).toMatch(/ledger/i);
    expect(await head.text("nothing")).toBeUndefined();
    expect((await forge.ledger.read()).oid).toBe(head.oid);
  });

  test("looking for the branch makes none, and finds the one that is there", async () => {
    const { forge } = await open();
    expect(await forge.ledger.find()).toBeUndefined();
    expect(await forge.ledger.find(), "looking made none").toBeUndefined();
    const { oid, paths } = await forge.ledger.read();
    expect(await forge.ledger.find()).toMatchObject({ oid, paths });
  });

  test("two who make it at once read the same head", async () => {
    const { forge } = await open();
    const [one, two] = await Promise.all([forge.ledger.read(), forge.ledger.read()]);
    expect(one.oid).toBe(two.oid);
  });

  test("a commit adds, changes and deletes files, and the new head says so at once", async () => {
    const { forge } = await open();
    const { oid } = await forge.ledger.read();
    const first = await committed(forge.ledger, oid, [
      ...add("plans/1/plan.yaml", "goal: ü\n"),
      ...add("plans/1/b", "b"),
    ]);
    expect(first.paths).toEqual(["README.md", "plans/1/b", "plans/1/plan.yaml"]);
    expect(await first.text("plans/1/plan.yaml")).toBe("goal: ü\n");
    const files = [
      ...add("plans/1/plan.yaml", "goal: x\n"),
      { path: "plans/1/b", text: null },
      { path: "never", text: null },
    ];
    const second = await committed(forge.ledger, first.oid, files);
    const read = await forge.ledger.read();
    expect({ oid: read.oid, paths: read.paths }).toEqual({
      oid: second.oid,
      paths: ["README.md", "plans/1/plan.yaml"],
    });
    expect(await read.text("plans/1/plan.yaml")).toBe("goal: x\n");
    expect(await first.text("plans/1/plan.yaml")).toBe("goal: ü\n");
  });

  test("only one of two commits on the same head is taken", async () => {
    const { forge } = await open();
    const { oid } = await forge.ledger.read();
    const answers = await Promise.all(
      ["a", "b"].map((text) => forge.ledger.commit({ expected: oid, files: add("race", text), message: text })),
    );
    expect(answers.map(({ kind }) => kind).sort()).toEqual(["committed", "moved"]);
    const winner = answers.find(({ kind }) => kind === "committed");
    expect(winner).toMatchObject({ head: { oid: (await forge.ledger.read()).oid } });
  });

  test("somebody else's commit is noticed and read", async () => {
    const { forge, writeLedger } = await open();
    const { oid } = await forge.ledger.read();
    await writeLedger("project.md", "by hand");
    expect(await forge.ledger.commit({ expected: oid, files: add("x", "x"), message: "x" })).toEqual({ kind: "moved" });
    const now = await forge.ledger.read();
    expect(await now.text("project.md")).toBe("by hand");
    const next = await committed(forge.ledger, now.oid, add("x", "x"));
    expect(next.paths).toEqual(["README.md", "project.md", "x"]);
  });

  test("somebody else's commits are foreign, with their paths, until the app commits on top", async () => {
    const { forge, writeLedger } = await open();
    const first = await committed(forge.ledger, (await forge.ledger.read()).oid, add("plans/1/plan.yaml", "goal: x\n"));
    expect(first.foreign).toEqual([]);
    const one = await writeLedger("plans/1/plan.yaml", "goal: y\n");
    const two = await writeLedger("plans/2/plan.yaml", "goal: z\n");
    const head = await forge.ledger.read();
    expect(head.foreign).toEqual([
      { commit: one, author: "ada", at: expect.stringMatching(/^\d{4}-.*Z$/), paths: ["plans/1/plan.yaml"] },
      { commit: two, author: "ada", at: expect.stringMatching(/^\d{4}-.*Z$/), paths: ["plans/2/plan.yaml"] },
    ]);
    const next = await committed(forge.ledger, head.oid, add("x", "x"));
    expect(next.foreign).toEqual([]);
    expect((await forge.ledger.read()).foreign).toEqual([]);
  });

  test("a branch that somebody moved back is foreign, with the paths that differ", async () => {
    const { forge, rewindLedger } = await open();
    const { oid } = await forge.ledger.read();
    const older = await committed(forge.ledger, oid, add("plans/1/plan.yaml", "goal: x\n"));
    await committed(forge.ledger, older.oid, add("plans/1/plan.yaml", "goal: y\n"));
    await rewindLedger(older.oid);
    const head = await forge.ledger.read();
    expect(head.oid).toBe(older.oid);
    expect(head.foreign).toMatchObject([{ commit: older.oid, paths: ["plans/1/plan.yaml"] }]);
  });
}

async function committed(ledger: Ledger, expected: string, files: readonly LedgerFile[]) {
  const answer = await ledger.commit({ expected, files, message: "Change the plan" });
  if (answer.kind !== "committed") throw new Error("somebody else committed first");
  return answer.head;
}
