import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deliveries } from "./pull-support.ts";
import { octokit, refusal, startWorld, type World } from "./support.ts";

let world: World;
const sample = { owner: "ada", repo: "sample" };
const open = async (title: string, repo = "sample") =>
  (await world.ada.issues.create({ owner: "ada", repo, title })).data;
const get = async (number: number) => (await world.ada.issues.get({ ...sample, issue_number: number })).data;
const close = (number: number) => world.ada.issues.update({ ...sample, issue_number: number, state: "closed" });

beforeAll(async () => {
  world = await startWorld();
  const { admin } = world.forge;
  for (const name of ["sample", "second"]) await admin.createRepository({ owner: "ada", name });
  for (const login of ["eve", "grace"]) admin.ensureUser({ login });
  await admin.createRepository({ owner: "grace", name: "foreign" });
  admin.setPermission("grace/foreign", "ada", "admin");
});

afterAll(() => world.close());

describe("sub-issues", () => {
  const add = (parent: number, child: number, more: object = {}) =>
    world.ada.issues.addSubIssue({ ...sample, issue_number: parent, sub_issue_id: child, ...more });
  const children = async (parent: number) =>
    (await world.ada.issues.listSubIssues({ ...sample, issue_number: parent, per_page: 100 })).data.map(
      ({ title }) => title,
    );

  test("are added by database id, listed in order, moved, counted and removed", async () => {
    const parent = await open("parent");
    const [a, b, c] = [await open("a"), await open("b"), await open("c", "second")];
    for (const child of [a, b, c]) expect((await add(parent.number, child.id)).status).toBe(201);
    expect(await children(parent.number)).toEqual(["a", "b", "c"]);
    const order = { ...sample, issue_number: parent.number, sub_issue_id: c.id };
    await world.ada.issues.reprioritizeSubIssue({ ...order, before_id: a.id });
    expect(await children(parent.number)).toEqual(["c", "a", "b"]);
    await world.ada.issues.reprioritizeSubIssue({ ...order, after_id: a.id });
    expect(await children(parent.number)).toEqual(["a", "c", "b"]);
    await close(a.number);
    expect((await get(parent.number)).sub_issues_summary).toEqual({ total: 3, completed: 1, percent_completed: 33 });
    expect((await world.ada.issues.getParent({ ...sample, issue_number: a.number })).data.id).toBe(parent.id);
    expect((await get(a.number)).parent_issue_url).toBe(parent.url);
    await world.ada.issues.removeSubIssue({ ...sample, issue_number: parent.number, sub_issue_id: b.id });
    expect(await children(parent.number)).toEqual(["a", "c"]);
    expect((await refusal(world.ada.issues.getParent({ ...sample, issue_number: b.number }))).status).toBe(404);
    const told = await deliveries(world, { repo: "sample", events: ["sub_issues"], expected: 8 });
    const pair = (what: string) => [`sub_issues sub_issue_${what}`, `sub_issues parent_issue_${what}`];
    expect(told).toEqual([...pair("added"), ...pair("added"), ...pair("added"), ...pair("removed")]);
  });

  test("have one parent, unless it is to be replaced", async () => {
    const [one, two, child] = [await open("one"), await open("two"), await open("child")];
    await add(one.number, child.id);
    expect((await refusal(add(one.number, child.id))).status).toBe(422);
    const second = await refusal(add(two.number, child.id));
    expect(second.status).toBe(422);
    expect(second.message).toContain("may only have one parent");
    await add(two.number, child.id, { replace_parent: true });
    expect([await children(one.number), await children(two.number)]).toEqual([[], ["child"]]);
  });

  test("are asked for by the integer id only, and keep to one owner", async () => {
    const parent = await open("parent");
    expect((await refusal(add(parent.number, String((await open("x")).id) as never))).status).toBe(422);
    expect((await refusal(add(parent.number, 999_999_999))).status).toBe(404);
    expect((await refusal(add(parent.number, parent.id))).status).toBe(422);
    const foreign = (await world.ada.issues.create({ owner: "grace", repo: "foreign", title: "foreign" })).data;
    expect((await refusal(add(parent.number, foreign.id))).status).toBe(422);
    const stranger = octokit(world.forge, world.forge.admin.createToken("eve"));
    const request = stranger.issues.addSubIssue({ ...sample, issue_number: parent.number, sub_issue_id: foreign.id });
    expect((await refusal(request)).status).toBe(403);
  });

  test("go eight levels deep and never in circles", async () => {
    const chain = [await open("level 1")];
    for (let level = 2; level <= 8; level += 1) {
      const next = await open(`level ${level}`);
      await add(chain.at(-1)?.number ?? 0, next.id);
      chain.push(next);
    }
    const ninth = await open("level 9");
    expect((await refusal(add(chain.at(-1)?.number ?? 0, ninth.id))).message).toContain("8 levels");
    const above = await open("level 0");
    expect((await refusal(add(above.number, chain[0]?.id ?? 0))).status).toBe(422);
    expect((await refusal(add(chain[3]?.number ?? 0, chain[0]?.id ?? 0))).status).toBe(422);
  });

  test("are a hundred at most, closed ones included", async () => {
    const parent = await open("crowded");
    const full = await Promise.all(Array.from({ length: 100 }, (_, at) => open(`child ${at}`)));
    await Promise.all(full.map((child) => add(parent.number, child.id)));
    await close(full[0]?.number ?? 0);
    expect((await refusal(add(parent.number, (await open("one too many")).id))).status).toBe(422);
    expect(await children(parent.number)).toHaveLength(100);
  });
});

describe("dependencies", () => {
  // GitHub describes these events for the repositories of organizations only.
  const dependent = { owner: "guild", repo: "dependent" };

  beforeAll(async () => {
    const { admin } = world.forge;
    admin.ensureUser({ login: "guild", type: "Organization" });
    admin.install("coppice", "guild", "all");
    await admin.createRepository({ owner: "guild", name: "dependent" });
    admin.setPermission("guild/dependent", "ada", "write");
  });

  const raise = async (title: string) => (await world.ada.issues.create({ ...dependent, title })).data;
  const read = async (number: number) => (await world.ada.issues.get({ ...dependent, issue_number: number })).data;
  const shut = (number: number) => world.ada.issues.update({ ...dependent, issue_number: number, state: "closed" });
  const block = (blocked: number, blocker: number) =>
    world.ada.issues.addBlockedByDependency({ ...dependent, issue_number: blocked, issue_id: blocker });
  const blockers = async (number: number) =>
    (await world.ada.issues.listDependenciesBlockedBy({ ...dependent, issue_number: number })).data.map(
      ({ title }) => title,
    );

  test("are added and removed, listed from both ends, and the summary counts open ones", async () => {
    const [task, first, second] = [await raise("task"), await raise("first"), await raise("second")];
    await block(task.number, first.id);
    expect((await block(task.number, second.id)).data.issue_dependencies_summary).toEqual({
      blocked_by: 2,
      blocking: 0,
      total_blocked_by: 2,
      total_blocking: 0,
    });
    await shut(first.number);
    expect(await blockers(task.number)).toEqual(["first", "second"]);
    expect((await read(task.number)).issue_dependencies_summary).toMatchObject({ blocked_by: 1, total_blocked_by: 2 });
    const blocking = await world.ada.issues.listDependenciesBlocking({ ...dependent, issue_number: second.number });
    expect(blocking.data.map(({ id }) => id)).toEqual([task.id]);
    expect((await read(second.number)).issue_dependencies_summary).toMatchObject({ blocking: 1, total_blocking: 1 });
    const at = { ...dependent, issue_number: task.number };
    await world.ada.issues.removeDependencyBlockedBy({ ...at, issue_id: second.id });
    expect(await blockers(task.number)).toEqual(["first"]);
    expect((await refusal(world.ada.issues.removeDependencyBlockedBy({ ...at, issue_id: second.id }))).status).toBe(
      404,
    );
    const listed = await world.ada.issues.listForRepo({ ...dependent, state: "all", per_page: 1 });
    expect(listed.data[0]?.issue_dependencies_summary).toBeDefined();
    const told = await deliveries(world, { repo: "dependent", events: ["issue_dependencies"], expected: 6 });
    expect(told.map((line) => line.split(" ")[1])).toEqual([
      ...["blocked_by_added", "blocking_added", "blocked_by_added", "blocking_added"],
      ...["blocked_by_removed", "blocking_removed"],
    ]);
  });

  test("are refused twice, on oneself, in circles, and for pull requests", async () => {
    const [a, b, c] = [await raise("a"), await raise("b"), await raise("c")];
    await block(b.number, a.id);
    await block(c.number, b.id);
    for (const [blocked, blocker] of [
      [b.number, a.id],
      [a.number, a.id],
      [a.number, c.id],
    ] as const) {
      expect((await refusal(block(blocked, blocker))).status).toBe(422);
    }
    expect((await refusal(block(a.number, 999_999_999))).status).toBe(404);
    expect(await blockers(a.number)).toEqual([]);
  });

  test("are fifty of each kind at most", async () => {
    const [task, blocker] = [await raise("much blocked"), await raise("much blocking")];
    const others = await Promise.all(Array.from({ length: 50 }, (_, at) => raise(`other ${at}`)));
    await Promise.all(others.map((other) => block(task.number, other.id)));
    await Promise.all(others.map((other) => block(other.number, blocker.id)));
    const last = await raise("last");
    expect((await refusal(block(task.number, last.id))).status).toBe(422);
    expect((await refusal(block(last.number, blocker.id))).status).toBe(422);
  });
});
