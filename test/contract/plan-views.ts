import { expect, test } from "vitest";
import type { HostedRepository } from "./host.ts";
import { newTasks } from "./issues.ts";

export function planViewContract(open: () => Promise<HostedRepository>): void {
  const plan = async (tasks: number) => {
    const hosted = await open();
    const parent = await hosted.openIssue({ title: "Plan", body: "", author: "ada" });
    const made = [...(await hosted.forge.issues.createTasks(parent, newTasks(tasks))).values()];
    const observe = (...branches: string[]) => hosted.forge.plans.observe({ issue: parent.number, branches });
    return { ...hosted, parent, made, observe };
  };
  const pull = (branch: string) => ({ branch, base: "main", title: branch, body: "", draft: false, labels: [] });

  test("the plan's issue is seen, open and closed", async () => {
    const { parent, observe, close } = await plan(0);
    expect((await observe()).parent).toEqual({ nodeId: parent.nodeId, title: "Plan", state: "open" });
    await close(parent.number, "completed");
    expect((await observe()).parent.state).toBe("closed");
  });

  test("only open blockers block, and reopening blocks again", async () => {
    const { forge, made, observe, close, reopen } = await plan(2);
    const [one, two] = made;
    if (one === undefined || two === undefined) throw new Error("two tasks were asked for");
    await forge.issues.addBlockers([{ blocked: two, blocking: one }]);
    const blockers = async () => (await observe()).issues.map(({ openBlockers }) => openBlockers);
    expect(await blockers()).toEqual([[], [one.number]]);
    await close(one.number, "completed");
    expect(await blockers()).toEqual([[], []]);
    await reopen(one.number);
    expect(await blockers()).toEqual([[], [one.number]]);
    expect((await observe()).issues[0]).toMatchObject({ state: "open", reason: undefined });
  });

  test("a key counts only on the bot's own sub-issues", async () => {
    const { parent, observe, openIssue, adopt } = await plan(1);
    const body = `<!-- coppice:plan=${parent.number};task=T9 -->`;
    const forged = await openIssue({ title: "Forged", body, author: "grace" });
    await adopt(parent.number, forged.number);
    expect((await observe()).issues.map(({ title, key }) => ({ title, key }))).toEqual([
      { title: "Task 1", key: "T1" },
      { title: "Forged", key: undefined },
    ]);
  });

  test("a key counts only under the plan it names", async () => {
    const { forge, parent, observe, adopt } = await plan(0);
    const body = `<!-- coppice:plan=${parent.number + 1_000};task=T9 -->`;
    const stray = await forge.issues.create({ title: "Stray", body, labels: [] });
    await adopt(parent.number, stray.number);
    expect((await observe()).issues.map(({ key }) => key)).toEqual([undefined]);
  });

  test("a phase parent's name counts only on the bot's own issues, and one that is not there holds nothing", async () => {
    const { forge, parent, observe, openIssue, adopt } = await plan(1);
    const body = `<!-- coppice:plan=${parent.number};phase=design -->`;
    const forged = await openIssue({ title: "Forged", body, author: "grace" });
    await adopt(parent.number, forged.number);
    expect((await observe()).issues.map(({ phase }) => phase)).toEqual([undefined, undefined]);
    const seen = await forge.plans.observe({ issue: parent.number, parents: [99_999], branches: [] });
    expect(seen.issues.map(({ key }) => key)).toEqual(["T1", undefined]);
  });

  test("each asked branch gives its newest pull request, and others give none", async () => {
    const { forge, observe, push } = await plan(0);
    await push("coppice/1", "a.txt", "1");
    await push("coppice/2", "b.txt", "2");
    const first = await forge.pulls.open(pull("coppice/1"));
    await forge.pulls.close(first.number);
    const second = await forge.pulls.open(pull("coppice/1"));
    const other = await forge.pulls.open(pull("coppice/2"));
    const numbers = async (...branches: string[]) => (await observe(...branches)).pulls.map(({ number }) => number);
    expect(await numbers("coppice/1", "coppice/3", "coppice/2")).toEqual([second.number, other.number]);
    expect(await numbers("coppice/1")).toEqual([second.number]);
    expect(await numbers()).toEqual([]);
  });

  test("a plan that is not there is an error", async () => {
    const { forge } = await plan(0);
    await expect(forge.plans.observe({ issue: 99_999, branches: [] })).rejects.toMatchObject({
      code: "forge-not-found",
    });
  });
}
