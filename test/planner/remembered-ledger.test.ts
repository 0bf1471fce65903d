import { describe, expect, test } from "vitest";
import { rememberLedger } from "../../src/planner/remembered-ledger.ts";
import { memoryForge } from "../support/memory-forge/memory-forge.ts";

function setUp() {
  const memory = memoryForge();
  const { forge, journal } = memory;
  return {
    ...memory,
    ledger: rememberLedger(forge.ledger),
    /** How often the forge was asked for the head. */
    reads: () => journal.calls.filter(({ verb }) => verb === "ledger.read").length,
  };
}

const change = (expected: string, text = "a") => ({ expected, files: [{ path: "file", text }], message: "change" });

describe("the ledger's head", () => {
  test("is asked for once, also by many at once, and known after a commit of our own", async () => {
    const { ledger, reads } = setUp();
    const [head] = await Promise.all([ledger.read(), ledger.read(), ledger.read()]);
    const answer = await ledger.commit(change(head.oid));
    expect((await ledger.read()).oid).toBe(answer.kind === "committed" ? answer.head.oid : "");
    expect(await (await ledger.read()).text("file")).toBe("a");
    expect(reads()).toBe(1);
  });

  test("of another process is found by the compare-and-swap at the latest", async () => {
    const { ledger, commitLedger, reads } = setUp();
    const { oid } = await ledger.read();
    commitLedger([{ path: "file", text: "theirs" }]);
    expect(await (await ledger.read()).text("file")).toBeUndefined();
    expect(await ledger.commit(change(oid))).toEqual({ kind: "moved" });
    expect(await (await ledger.read()).text("file")).toBe("theirs");
    expect(reads()).toBe(2);
  });

  test("is asked for again when it is doubted, unless the new head is a commit of our own", async () => {
    const { ledger, reads } = setUp();
    const first = await ledger.commit(change((await ledger.read()).oid));
    const second = await ledger.commit(change((await ledger.read()).oid, "b"));
    for (const answer of [first, second]) ledger.doubt(answer.kind === "committed" ? answer.head.oid : "");
    await ledger.read();
    expect(reads()).toBe(1);
    ledger.doubt("f".repeat(40));
    await ledger.read();
    expect(reads()).toBe(2);
    ledger.doubt();
    await ledger.read();
    expect(reads()).toBe(3);
  });

  test("told of before our own commit is answered is known as that commit; a stranger's is not", async () => {
    const { forge, commitLedger, reads } = setUp();
    let told = (own: string) => own;
    const ledger = rememberLedger({
      read: forge.ledger.read,
      async commit(wanted) {
        const answer = await forge.ledger.commit(wanted);
        if (answer.kind === "committed") ledger.doubt(told(answer.head.oid));
        return answer;
      },
    });
    await ledger.commit(change((await ledger.read()).oid));
    await ledger.read();
    expect(reads()).toBe(1);
    told = () => {
      commitLedger([{ path: "file", text: "on top" }]);
      return "f".repeat(40);
    };
    await ledger.commit(change((await ledger.read()).oid, "ours"));
    expect(await (await ledger.read()).text("file")).toBe("on top");
  });

  test("read while it is doubted is not kept", async () => {
    const { ledger, commitLedger, reads } = setUp();
    const under = ledger.read();
    ledger.doubt();
    await under;
    commitLedger([{ path: "file", text: "theirs" }]);
    expect(await (await ledger.read()).text("file")).toBe("theirs");
    expect(reads()).toBe(2);
  });

  test("is not known after a commit whose answer was lost", async () => {
    const { ledger, journal, reads } = setUp();
    const { oid } = await ledger.read();
    journal.fail({ verb: "ledger.commit", moment: "after" });
    await expect(ledger.commit(change(oid))).rejects.toThrow();
    expect(await (await ledger.read()).text("file")).toBe("a");
    expect(reads()).toBe(2);
  });
});
