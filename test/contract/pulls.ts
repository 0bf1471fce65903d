import { expect, test } from "vitest";
import type { PullView } from "../../src/core/queue/snapshot.ts";
import type { HostedRepository } from "./host.ts";

export function pullContract(open: () => Promise<HostedRepository>): void {
  const pushed = async (path = "work.txt") => {
    const hosted = await open();
    const head = await hosted.push("coppice/7-work", path, "work");
    return { ...hosted, head };
  };
  const proposal = {
    branch: "coppice/7-work",
    base: "main",
    title: "Work",
    body: "Done",
    draft: false,
    labels: ["coppice"],
  };
  const merging = (pull: PullView) => ({
    number: pull.number,
    head: pull.head,
    method: "squash" as const,
    title: `Work (#${pull.number})`,
    message: "",
  });

  test("a pull request is opened once per branch: asking again gives the open one", async () => {
    const { forge, head } = await pushed();
    const first = await forge.pulls.open(proposal);
    expect(first).toMatchObject({ state: "open", head, branch: "coppice/7-work", draft: false, checks: "none" });
    expect((await forge.pulls.open(proposal)).number).toBe(first.number);
    expect(await settled(forge, first.number)).toEqual({ ...first, mergeable: "yes" });
  });

  test("a closed one makes room for another", async () => {
    const { forge } = await pushed();
    const first = await forge.pulls.open(proposal);
    await forge.pulls.close(first.number);
    await forge.pulls.close(first.number);
    expect((await forge.pulls.get(first.number))?.state).toBe("closed");
    expect((await forge.pulls.open(proposal)).number).not.toBe(first.number);
  });

  test("a branch that is not there is refused, and an unknown number is absent", async () => {
    const { forge } = await pushed();
    await expect(forge.pulls.open({ ...proposal, branch: "coppice/nowhere" })).rejects.toMatchObject({
      code: "forge-refused",
    });
    expect(await forge.pulls.get(99_999)).toBeUndefined();
  });

  test("exactly the head that was judged is merged", async () => {
    const { forge, push } = await pushed();
    const pull = await forge.pulls.open(proposal);
    const head = await push("coppice/7-work", "more.txt", "more");
    expect(await forge.pulls.merge(merging(pull))).toEqual({ kind: "head-moved" });
    const now = await settled(forge, pull.number);
    expect(now.head).toBe(head);
    const answer = await forge.pulls.merge(merging(now));
    expect(answer).toMatchObject({ kind: "merged", commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await forge.pulls.get(pull.number)).toMatchObject({ state: "merged", head });
  });

  test("merging what is merged already, as after a lost answer, is merged", async () => {
    const { forge } = await pushed();
    const pull = await forge.pulls.open(proposal);
    await settled(forge, pull.number);
    const first = await forge.pulls.merge(merging(pull));
    if (first.kind !== "merged") throw new Error(`it was not merged: ${first.kind}`);
    expect(await forge.pulls.merge(merging(pull))).toMatchObject({ kind: "merged", commit: first.commit });
  });

  test("merging closes as completed the issue that the body closes", async () => {
    const { forge, openIssue } = await pushed();
    const { number } = await openIssue({ title: "Task", body: "", author: "ada" });
    const pull = await forge.pulls.open(proposal);
    await forge.pulls.updateBody(pull.number, { body: `Closes #${number}` });
    await settled(forge, pull.number);
    const answer = await forge.pulls.merge(merging(pull));
    expect(answer).toMatchObject({ kind: "merged" });
    // What it claims to have closed is closed; GitHub may close more a moment later.
    const claimed = answer.kind === "merged" ? (answer.closed ?? []) : [];
    expect([[], [number]]).toContainEqual(claimed);
    await expect.poll(async () => (await forge.issues.get(number))?.state).toBe("closed");
  });

  test("several are opened and merged at once, each with its own answer", async () => {
    const { forge, push } = await pushed();
    const branches = ["coppice/7-work", "coppice/8-more", "coppice/9-rest"];
    await push("coppice/8-more", "eight.txt", "8");
    await push("coppice/9-rest", "nine.txt", "9");
    const pulls = await Promise.all(branches.map((branch) => forge.pulls.open({ ...proposal, branch })));
    expect(pulls.map(({ branch }) => branch)).toEqual(branches);
    const again = await Promise.all(branches.map((branch) => forge.pulls.open({ ...proposal, branch })));
    expect(again.map(({ number }) => number)).toEqual(pulls.map(({ number }) => number));
    for (const { number } of pulls) await settled(forge, number);
    const stale = pulls.map((pull, index) => (index === 1 ? { ...pull, head: "f".repeat(40) } : pull));
    const answers = await Promise.all(stale.map((pull) => forge.pulls.merge(merging(pull))));
    expect(answers.map(({ kind }) => kind)).toEqual(["merged", "head-moved", "merged"]);
  });

  test("a conflict is seen and answered, not thrown", async () => {
    const { forge, push } = await pushed("same.txt");
    const pull = await forge.pulls.open(proposal);
    await push("main", "same.txt", "something else");
    expect(await settled(forge, pull.number)).toMatchObject({ mergeable: "conflict" });
    expect(await forge.pulls.merge(merging(pull))).toMatchObject({ kind: "not-mergeable", reason: expect.any(String) });
  });

  test("a draft is not merged", async () => {
    const { forge } = await pushed();
    const pull = await forge.pulls.open({ ...proposal, draft: true });
    expect(pull.draft).toBe(true);
    expect((await forge.pulls.merge(merging(pull))).kind).toBe("not-mergeable");
  });

  test("a person's request for changes is seen", async () => {
    const { forge, requestChanges } = await pushed();
    const pull = await forge.pulls.open(proposal);
    await requestChanges(pull.number);
    expect((await forge.pulls.get(pull.number))?.changesRequested).toBe(true);
  });

  test("what a person merged is merged", async () => {
    const { forge, mergePull } = await pushed();
    const pull = await forge.pulls.open(proposal);
    await mergePull(pull.number);
    expect((await forge.pulls.get(pull.number))?.state).toBe("merged");
  });
}

/** The pull request once the forge knows whether it can be merged. */
async function settled(forge: HostedRepository["forge"], number: number): Promise<PullView> {
  let view: PullView | undefined;
  await expect
    .poll(async () => {
      view = await forge.pulls.get(number);
      return view?.mergeable;
    })
    .not.toBe("unknown");
  if (view === undefined) throw new Error(`pull request #${number} is gone`);
  return view;
}
