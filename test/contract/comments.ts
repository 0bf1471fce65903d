import { expect, test } from "vitest";
import type { HostedRepository } from "./host.ts";

export function commentContract(open: () => Promise<HostedRepository>): void {
  const thread = async () => {
    const hosted = await open();
    const { number } = await hosted.openIssue({ title: "Thread", body: "", author: "ada" });
    return { ...hosted, number };
  };

  test("a thread is listed oldest first, with who wrote and whether that is a bot", async () => {
    const { forge, number, comment } = await thread();
    await comment("ada", number, "first");
    await comment("grace", number, "second");
    const third = await forge.comments.create(number, "third");
    const listed = await forge.comments.ofIssue(number);
    expect(listed.map(({ body, author, authorIsBot, issue }) => ({ body, author, authorIsBot, issue }))).toEqual([
      { body: "first", author: "ada", authorIsBot: false, issue: number },
      { body: "second", author: "grace", authorIsBot: false, issue: number },
      { body: "third", author: forge.botLogin, authorIsBot: true, issue: number },
    ]);
    expect(listed[2]).toEqual(third);
    expect(listed[0]?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(await forge.comments.get(third.id)).toEqual(third);
  });

  test("a thread of more than a page is listed whole", async () => {
    const { forge, number, comment } = await thread();
    for (let count = 1; count <= 101; count++) await comment("ada", number, `${count}`);
    expect((await forge.comments.ofIssue(number)).map(({ body }) => Number(body))).toEqual(
      Array.from({ length: 101 }, (_, index) => index + 1),
    );
  });

  test("since compares the last edit, includes that very second, and keeps the order of creation", async () => {
    const { forge, number, comment, editComment, later } = await thread();
    const old = await comment("ada", number, "old");
    const edited = await comment("ada", number, "to be edited");
    await later();
    const young = await comment("ada", number, "young");
    await later();
    await editComment(edited.id, "edited");
    const bodies = (views: readonly { body: string }[]) => views.map(({ body }) => body);
    expect(bodies(await forge.comments.since(old.createdAt))).toEqual(["old", "edited", "young"]);
    expect(bodies(await forge.comments.since(young.createdAt))).toEqual(["edited", "young"]);
    expect(bodies(await forge.comments.ofIssue(number, young.createdAt))).toEqual(["edited", "young"]);
    const view = await forge.comments.get(edited.id);
    expect(view?.updatedAt).not.toBe(view?.createdAt);
  });

  test("one look at a thread gives the issue, its comments with their edits, and the ledger's head", async () => {
    const { forge, number, comment, editComment, rewriteIssue, later } = await thread();
    const head = await forge.ledger.read();
    await comment("ada", number, "old");
    const second = await comment("grace", number, "/plan");
    await later();
    const third = await comment("ada", number, "third");
    await later();
    await editComment(second.id, "/approve");
    await rewriteIssue(number, { body: "new" });
    const seen = await forge.comments.thread(number, third.createdAt);
    const listed = await forge.comments.ofIssue(number, third.createdAt);
    expect(seen.comments.map(({ editedAt: _, ...view }) => view)).toEqual(
      listed.map(({ hasThumb: _, ...view }) => view),
    );
    expect(seen.comments.map(({ body, editedAt }) => [body, editedAt !== undefined])).toEqual([
      ["/approve", true],
      ["third", false],
    ]);
    expect(seen.issue).toEqual(await forge.issues.get(number));
    expect(seen.bodyEditedAt).toMatch(/^\d{4}-/);
    expect(seen.ledger).toBe(head.oid);
    const whole = await forge.comments.thread(number);
    expect(whole.comments.map(({ body }) => body)).toEqual(["old", "/approve", "third"]);
  });

  test("a thread with more comments than one look shows is whole all the same", async () => {
    const { forge, number, comment } = await thread();
    for (let count = 1; count <= 52; count++) await comment("ada", number, `${count}`);
    const { comments } = await forge.comments.thread(number);
    expect(comments.map(({ body }) => Number(body))).toEqual(Array.from({ length: 52 }, (_, index) => index + 1));
  });

  test("what was read lately may be given once more, but nothing from before a write of ours", async () => {
    const { forge, number, comment } = await thread();
    await comment("ada", number, "first");
    await forge.comments.thread(number);
    const own = await forge.comments.create(number, "second");
    const bodies = async () =>
      (await forge.comments.ofIssue(number, undefined, { within: 60_000 })).map(({ body }) => body);
    expect(await bodies()).toEqual(["first", "second"]);
    await forge.comments.thread(number);
    await forge.comments.update(own.id, "changed");
    expect((await forge.comments.get(own.id, { within: 60_000 }))?.body).toBe("changed");
    await forge.comments.thread(number);
    await forge.comments.remove(own.id);
    expect(await bodies()).toEqual(["first"]);
  });

  test("since covers every issue of the repository", async () => {
    const { forge, number, comment, openIssue } = await thread();
    const other = await openIssue({ title: "Other", body: "", author: "ada" });
    const first = await comment("ada", other.number, "there");
    await comment("ada", number, "here");
    const found = await forge.comments.since(first.createdAt);
    expect(found.map(({ issue }) => issue)).toEqual([other.number, number]);
  });

  test("a comment that is gone is undefined, false, or nothing, never an error", async () => {
    const { forge, number, comment, deleteComment } = await thread();
    const { id } = await comment("ada", number, "soon gone");
    await deleteComment(id);
    expect(await forge.comments.get(id)).toBeUndefined();
    expect(await forge.comments.update(id, "too late")).toBe(false);
    await forge.comments.react(id, "eyes");
    await forge.comments.pin(id);
    expect(await forge.comments.ofIssue(number)).toEqual([]);
  });

  test("the app removes its own comment, pinned or not, and may ask twice", async () => {
    const { forge, number } = await thread();
    const { id } = await forge.comments.create(number, "twice said");
    await forge.comments.pin(id);
    for (let count = 0; count < 2; count++) await forge.comments.remove(id);
    expect(await forge.comments.ofIssue(number)).toEqual([]);
  });

  test("the app edits, pins and reacts, each as often as it likes", async () => {
    const { forge, number } = await thread();
    const { id } = await forge.comments.create(number, "r1");
    for (const body of ["r2", "r2"]) expect(await forge.comments.update(id, body)).toBe(true);
    for (let count = 0; count < 2; count++) {
      await forge.comments.pin(id);
      await forge.comments.react(id, "rocket");
    }
    expect((await forge.comments.get(id))?.body).toBe("r2");
  });

  test("the list of the repository's comments says which have a thumb", async () => {
    const { forge, number, comment } = await thread();
    const { id, createdAt } = await comment("ada", number, "/approve");
    const thumbs = async () => (await forge.comments.since(createdAt)).map((one) => [one.id, one.hasThumb]);
    await forge.comments.react(id, "confused");
    expect(await thumbs()).toContainEqual([id, false]);
    await forge.comments.react(id, "+1");
    expect(await thumbs()).toContainEqual([id, true]);
  });
}
