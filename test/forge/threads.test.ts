import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deliveries } from "./pull-support.ts";
import { eventually, octokit, refusal, startWorld, type World } from "./support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };
const as = (login: string) => octokit(world.forge, world.forge.admin.createToken(login));
const open = async (title = "A thread") => (await world.ada.issues.create({ ...sample, title })).data;

beforeAll(async () => {
  world = await startWorld();
  const { admin } = world.forge;
  await admin.createRepository({ owner: "ada", name: "sample" });
  for (const login of ["grace", "eve"]) admin.ensureUser({ login });
  admin.setPermission("ada/sample", "grace", "write");
});

afterAll(() => world.close());

describe("comments", () => {
  const say = async (issue_number: number, body: string) =>
    (await world.ada.issues.createComment({ ...sample, issue_number, body })).data;

  test("are made, counted, edited, deleted, and told of", async () => {
    const { number } = await open();
    const comment = await say(number, "Hello");
    expect(comment).toMatchObject({ body: "Hello", user: { login: "ada" }, author_association: "OWNER", pin: null });
    const at = { ...sample, comment_id: comment.id };
    expect((await world.ada.issues.get({ ...sample, issue_number: number })).data.comments).toBe(1);
    expect((await world.ada.issues.updateComment({ ...at, body: "Hello all" })).data.body).toBe("Hello all");
    await world.ada.issues.updateComment({ ...at, body: "Hello all" });
    expect((await world.ada.issues.getComment(at)).data.body).toBe("Hello all");
    expect((await world.ada.issues.deleteComment(at)).status).toBe(204);
    expect((await refusal(world.ada.issues.getComment(at))).status).toBe(404);
    expect((await world.ada.issues.get({ ...sample, issue_number: number })).data.comments).toBe(0);
    const told = await deliveries(world, { repo: "sample", number, events: ["issue_comment"], expected: 3 });
    expect(told).toEqual(["created", "edited", "deleted"].map((action) => `issue_comment ${action}`));
    const edited = world.receiver.received.find(({ payload }) => payload.action === "edited");
    expect(edited?.payload).toMatchObject({ changes: { body: { from: "Hello" } } });
  });

  test("over 65,536 characters or empty are refused", async () => {
    const { number } = await open();
    const long = await say(number, "a".repeat(65_536));
    expect((await refusal(say(number, "a".repeat(65_537)))).status).toBe(422);
    expect((await refusal(say(number, " "))).status).toBe(422);
    const grown = world.ada.issues.updateComment({ ...sample, comment_id: long.id, body: "a".repeat(65_537) });
    expect((await refusal(grown)).status).toBe(422);
  });

  test("are changed and deleted by their author and by those who push", async () => {
    const { number } = await open();
    const { id } = await say(number, "Mine");
    const at = { ...sample, comment_id: id };
    expect((await refusal(as("eve").issues.updateComment({ ...at, body: "Yours" }))).status).toBe(403);
    expect((await refusal(as("eve").issues.deleteComment(at))).status).toBe(403);
    const own = await as("eve").issues.createComment({ ...sample, issue_number: number, body: "Eve's" });
    await as("eve").issues.updateComment({ ...sample, comment_id: own.data.id, body: "Eve's own" });
    expect((await as("grace").issues.updateComment({ ...at, body: "Moderated" })).data.body).toBe("Moderated");
  });

  test("are listed oldest first, by issue and by repository, since a time, in pages", async () => {
    const { number } = await open();
    const bodies = ["1", "2", "3"];
    for (const body of bodies) await say(number, body);
    const at = { ...sample, issue_number: number };
    expect((await world.ada.issues.listComments(at)).data.map(({ body }) => body)).toEqual(bodies);
    const second = await world.ada.issues.listComments({ ...at, per_page: 2, page: 2 });
    expect(second.data.map(({ body }) => body)).toEqual(["3"]);
    expect((await world.ada.issues.listComments({ ...at, since: "2999-01-01T00:00:00Z" })).data).toEqual([]);
    const newest = { sort: "created", direction: "desc", per_page: 2 } as const;
    const all = await world.ada.issues.listCommentsForRepo({ ...sample, ...newest });
    expect(all.data.map(({ body }) => body)).toEqual(["3", "2"]);
    const since = all.data[1]?.updated_at ?? "";
    const later = await world.ada.issues.listCommentsForRepo({ ...sample, since, per_page: 100 });
    expect(later.data.map(({ body }) => body)).toEqual(expect.arrayContaining(["2", "3"]));
    expect((await refusal(world.ada.issues.listCommentsForRepo({ ...sample, since: "yesterday" }))).status).toBe(422);
  });

  const pin = (comment_id: number, client = world.ada) =>
    client.request("PUT /repos/{owner}/{repo}/issues/comments/{comment_id}/pin", { ...sample, comment_id });

  test("can be pinned, one at a time", async () => {
    const { number } = await open();
    const [first, second] = [await say(number, "first"), await say(number, "second")];
    const pinned = await pin(first.id);
    expect(pinned.data.pin).toMatchObject({ pinned_by: { login: "ada" } });
    await pin(second.id);
    const issue = () => world.ada.issues.get({ ...sample, issue_number: number });
    expect((await issue()).data).toMatchObject({ pinned_comment: { id: second.id } });
    const unpin = "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/pin";
    expect((await world.ada.request(unpin, { ...sample, comment_id: second.id })).status).toBe(204);
    expect((await issue()).data).toMatchObject({ pinned_comment: null });
    const actions = ["created", "created", "pinned", "unpinned", "pinned", "unpinned"];
    const steps = actions.map((action) => `issue_comment ${action}`);
    expect(await deliveries(world, { repo: "sample", number, events: ["issue_comment"], expected: 6 })).toEqual(steps);
    const stranger = pin(first.id, as("eve"));
    expect((await refusal(stranger)).status).toBe(403);
  });
});

describe("labels", () => {
  test("are unique without regard to case, bounded, renamed everywhere and deleted everywhere", async () => {
    const { data } = await world.ada.issues.createLabel({
      ...sample,
      name: "Bug",
      color: "FF0000",
      description: "it bites",
    });
    expect(data).toMatchObject({ name: "Bug", color: "ff0000", description: "it bites", default: false });
    const again = await world.ada.issues.createLabel({ ...sample, name: "bug" }).catch((error) => error);
    expect(again.response.data.errors).toEqual([{ resource: "Label", code: "already_exists", field: "name" }]);
    expect((await refusal(world.ada.issues.createLabel({ ...sample, name: "x".repeat(51) }))).status).toBe(422);
    expect((await refusal(world.ada.issues.createLabel({ ...sample, name: "x", color: "red" }))).status).toBe(422);
    const long = world.ada.issues.createLabel({ ...sample, name: "x", description: "x".repeat(101) });
    expect((await refusal(long)).status).toBe(422);
    expect((await refusal(as("eve").issues.createLabel({ ...sample, name: "eve" }))).status).toBe(403);

    const { number } = await open();
    await world.ada.issues.addLabels({ ...sample, issue_number: number, labels: ["BUG"] });
    await world.ada.issues.updateLabel({ ...sample, name: "bug", new_name: "insect" });
    const labels = async () => (await world.ada.issues.listLabelsOnIssue({ ...sample, issue_number: number })).data;
    expect(await labels()).toMatchObject([{ name: "insect", color: "ff0000" }]);
    expect((await world.ada.issues.getLabel({ ...sample, name: "INSECT" })).data.name).toBe("insect");
    expect((await world.ada.issues.deleteLabel({ ...sample, name: "insect" })).status).toBe(204);
    expect(await labels()).toEqual([]);
    const told = await deliveries(world, { repo: "sample", events: ["label"], expected: 3 });
    expect(told).toEqual(["label created", "label edited", "label deleted"]);
  });

  test("of an issue are added, set, removed and cleared; unknown ones are made", async () => {
    const { number } = await open();
    const at = { ...sample, issue_number: number };
    const names = (rows: { name?: string }[]) => rows.map(({ name }) => name);
    expect(names((await world.ada.issues.addLabels({ ...at, labels: ["a", "b"] })).data)).toEqual(["a", "b"]);
    expect(names((await world.ada.issues.addLabels({ ...at, labels: ["b", "c"] })).data)).toEqual(["a", "b", "c"]);
    expect(names((await world.ada.issues.setLabels({ ...at, labels: ["c", "d"] })).data)).toEqual(["c", "d"]);
    expect(names((await world.ada.issues.removeLabel({ ...at, name: "c" })).data)).toEqual(["d"]);
    expect(await refusal(world.ada.issues.removeLabel({ ...at, name: "a" }))).toMatchObject({ status: 404 });
    expect((await world.ada.issues.removeAllLabels(at)).status).toBe(204);
    const told = await deliveries(world, { repo: "sample", number, events: ["issues"], expected: 9 });
    expect(told.filter((line) => line === "issues labeled")).toHaveLength(4);
    expect(told.filter((line) => line === "issues unlabeled")).toHaveLength(4);
    const all = await world.ada.issues.listLabelsForRepo(sample);
    expect(names(all.data)).toEqual(expect.arrayContaining(["a", "b", "c", "d"]));
    expect((await refusal(as("eve").issues.addLabels({ ...at, labels: ["a"] }))).status).toBe(403);
  });
});

describe("reactions", () => {
  test("to issues and comments are made once, listed, counted and taken back by their owner", async () => {
    const { number } = await open();
    const at = { ...sample, issue_number: number };
    const first = await world.ada.reactions.createForIssue({ ...at, content: "rocket" });
    const again = await world.ada.reactions.createForIssue({ ...at, content: "rocket" });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.data.id).toBe(first.data.id);
    await as("eve").reactions.createForIssue({ ...at, content: "+1" });
    expect((await world.ada.issues.get(at)).data.reactions).toMatchObject({ total_count: 2, rocket: 1, "+1": 1 });
    const theirs = { ...at, reaction_id: first.data.id };
    expect((await refusal(as("eve").reactions.deleteForIssue(theirs))).status).toBe(403);
    expect((await world.ada.reactions.deleteForIssue(theirs)).status).toBe(204);
    expect((await world.ada.reactions.listForIssue(at)).data.map(({ content }) => content)).toEqual(["+1"]);

    const comment = (await world.ada.issues.createComment({ ...at, body: "Nice" })).data;
    const onComment = { ...sample, comment_id: comment.id };
    const { data } = await world.ada.reactions.createForIssueComment({ ...onComment, content: "eyes" });
    expect((await world.ada.issues.getComment(onComment)).data.reactions).toMatchObject({ total_count: 1, eyes: 1 });
    expect((await world.ada.reactions.listForIssueComment(onComment)).data).toHaveLength(1);
    await world.ada.reactions.deleteForIssueComment({ ...onComment, reaction_id: data.id });
    expect((await world.ada.reactions.listForIssueComment(onComment)).data).toEqual([]);
  });
});

describe("content", () => {
  test("that was created is counted by route; refusals, labels and reactions are not", async () => {
    const count = (route: string) => world.forge.requests().find((row) => row.route === route);
    const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
    const { number } = await open();
    const before = count(route)?.creations ?? 0;
    await world.ada.issues.createComment({ ...sample, issue_number: number, body: "counted" });
    await refusal(world.ada.issues.createComment({ ...sample, issue_number: number, body: "" }));
    await eventually(() => count(route)?.creations === before + 1);
    await world.ada.issues.addLabels({ ...sample, issue_number: number, labels: ["counted"] });
    expect(count("POST /repos/{owner}/{repo}/issues/{issue_number}/labels")?.creations).toBe(0);
  });
});
