import nock from "nock";
import { describe, expect, test } from "vitest";
import { openComments } from "../../src/github/comments.ts";
import { openLabels } from "../../src/github/labels.ts";
import { openPermissions } from "../../src/github/permissions.ts";
import { base, host, interceptRequests, onGraphql, testScope } from "./support.ts";

interceptRequests();

describe("permissions", () => {
  const onAsk = () => nock(host).get(`${base}/collaborators/ada/permission`);

  test.each([
    ["maintain", { permission: "write", role_name: "maintain" }],
    ["triage", { permission: "read", role_name: "triage" }],
    ["write", { permission: "write", role_name: "release-captain" }],
    ["admin", { permission: "admin" }],
    ["none", { permission: "none", role_name: "none" }],
    ["none", { permission: "owner" }],
  ])("%s from %j", async (level, answer) => {
    onAsk().reply(200, answer);
    expect(await openPermissions(testScope().scope).of("ada")).toBe(level);
  });

  test("a login GitHub does not know has none; an API that fails denies by an error", async () => {
    onAsk().reply(404, { message: "Not Found" });
    expect(await openPermissions(testScope().scope).of("ada")).toBe("none");
    onAsk().times(4).reply(503, "");
    await expect(openPermissions(testScope().scope).of("ada")).rejects.toMatchObject({ code: "forge-unavailable" });
  });

  test("a level is remembered for ten seconds and no longer", async () => {
    const { scope, clock } = testScope();
    const permissions = openPermissions(scope);
    onAsk().reply(200, { permission: "write" });
    await permissions.of("ada");
    await clock.sleep(9_999);
    expect(await permissions.of("Ada")).toBe("write");
    await clock.sleep(1);
    onAsk().reply(200, { permission: "read" });
    expect(await permissions.of("ada")).toBe("read");
  });
});

describe("comments", () => {
  const row = (id: number, updated_at: string) => ({
    id,
    node_id: `IC_${id}`,
    issue_url: `${host}/api/v3/repos/octo/sample/issues/7`,
    user: id % 2 === 0 ? null : { login: "ada", type: "User" },
    body: `c${id}`,
    created_at: "2026-01-01T00:00:00Z",
    updated_at,
    html_url: `${host}/octo/sample/issues/7#issuecomment-${id}`,
  });
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().replace(".000", "");
  const onSince = (since: string, page: number, rows: object[]) =>
    nock(host)
      .get(`${base}/issues/comments`)
      .query({ sort: "updated", direction: "asc", since, per_page: 100, page })
      .reply(200, rows);

  test("a sweep goes on from the last time seen, so that edits meanwhile hide nothing", async () => {
    const first = Array.from({ length: 100 }, (_, index) => row(index + 1, at(Math.floor(index / 10))));
    onSince(at(0), 1, first);
    onSince(at(9), 1, [...first.slice(90), row(101, at(9))]);
    const found = await openComments(testScope().scope).since(at(0));
    expect(found.map(({ id }) => id)).toEqual(Array.from({ length: 101 }, (_, index) => index + 1));
    expect(found[1]).toMatchObject({ author: "ghost", authorIsBot: false, issue: 7, body: "c2" });
  });

  test("a hundred comments within one second are turned over by pages", async () => {
    const rows = Array.from({ length: 100 }, (_, index) => row(index + 1, at(5)));
    onSince(at(5), 1, rows);
    onSince(at(5), 2, [row(101, at(5))]);
    expect(await openComments(testScope().scope).since(at(5))).toHaveLength(101);
  });

  test("removing one that is gone already is no error", async () => {
    const comments = openComments(testScope().scope);
    nock(host).delete(`${base}/issues/comments/5`).reply(204);
    await comments.remove(5);
    nock(host).delete(`${base}/issues/comments/5`).reply(404, { message: "Not Found" });
    await comments.remove(5);
    nock(host).delete(`${base}/issues/comments/5`).reply(403, { message: "Forbidden" });
    await expect(comments.remove(5)).rejects.toMatchObject({ code: "forge-refused" });
  });

  test("pinning where it cannot be done is no error, and a forge that is down is", async () => {
    const comments = openComments(testScope().scope);
    nock(host).put(`${base}/issues/comments/5/pin`).reply(403, { message: "Forbidden" });
    await comments.pin(5);
    nock(host).put(`${base}/issues/comments/5/pin`).times(4).reply(500, "");
    await expect(comments.pin(5)).rejects.toMatchObject({ code: "forge-unavailable" });
  });

  test("a new comment counts as content, an edit and a reaction do not", async () => {
    const { scope, usage } = testScope();
    const comments = openComments(scope);
    nock(host)
      .post(`${base}/issues/7/comments`, { body: "b" })
      .reply(201, row(1, at(0)));
    onGraphql(({ variables }) => {
      expect(variables).toEqual({ input0: { id: "IC_1", body: "c" }, input1: { subjectId: "IC_1", content: "EYES" } });
      return { data: { p0: {}, p1: {} } };
    });
    await comments.create(7, "b");
    await Promise.all([comments.update(1, "c"), comments.react(1, "eyes")]);
    expect(usage.read().map(({ route, contents }) => [route.split(" ").at(-1), contents])).toEqual([
      ["AddReactionAndUpdateComment", 0],
      ["/repos/{owner}/{repo}/issues/{issue_number}/comments", 1],
    ]);
  });

  test("of comments never seen here REST is asked", async () => {
    const comments = openComments(testScope().scope);
    nock(host)
      .patch(`${base}/issues/comments/1`, { body: "c" })
      .reply(200, row(1, at(1)));
    nock(host).post(`${base}/issues/comments/1/reactions`, { content: "eyes" }).reply(201, {});
    expect(await comments.update(1, "c")).toBe(true);
    await comments.react(1, "eyes");
    nock(host).patch(`${base}/issues/comments/1`).reply(404, { message: "Not Found" });
    expect(await comments.update(1, "d")).toBe(false);
  });
});

describe("labels", () => {
  const onList = (...names: string[]) =>
    nock(host)
      .get(`${base}/labels`)
      .query({ per_page: 100, page: 1 })
      .reply(
        200,
        names.map((name) => ({ name, node_id: `L_${name.toLowerCase()}` })),
      );
  const queued = { name: "queued", color: "ededed", description: "Waits" };

  test("are listed once, made when missing, and then remembered", async () => {
    const labels = openLabels(testScope().scope);
    onList("Queued");
    onGraphql(({ variables }) => {
      expect(variables).toEqual({
        input0: { repositoryId: "R_1", name: "running", color: "00ff00", description: "" },
      });
      return { data: { p0: { label: { id: "L_running" } } } };
    });
    const running = { name: "running", color: "00ff00", description: "" };
    await Promise.all([labels.ensure([queued, running]), labels.ensure([running])]);
    expect(await labels.ids(["running", "queued"])).toEqual(["L_running", "L_queued"]);
  });

  test("one that somebody else made meanwhile is read", async () => {
    const labels = openLabels(testScope().scope);
    onList();
    onGraphql(() => ({ data: { p0: null }, errors: [{ type: "UNPROCESSABLE", message: "taken", path: ["p0"] }] }));
    nock(host)
      .post(`${base}/labels`)
      .reply(422, { message: "Validation Failed", errors: [{ code: "already_exists" }] });
    nock(host).get(`${base}/labels/queued`).reply(200, { name: "queued", node_id: "L_9" });
    expect(await labels.ids(["queued"])).toEqual(["L_9"]);
  });

  test("change in batches of ten mutations, added before removed", async () => {
    const { scope, usage } = testScope();
    onList("queued", "running");
    const sent: unknown[] = [];
    for (let batch = 0; batch < 2; batch++) {
      onGraphql(({ query, variables }) => {
        sent.push(...Object.values(variables));
        if (batch === 0) expect(query.indexOf("p0: addLabels")).toBeLessThan(query.indexOf("p1: removeLabels"));
        return { data: Object.fromEntries(Object.keys(variables).map((_, index) => [`p${index}`, {}])) };
      });
    }
    const changes = Array.from({ length: 6 }, (_, number) => ({
      issue: { number, nodeId: `I_${number}` },
      add: ["running"],
      remove: ["queued"],
    }));
    await openLabels(scope).change(changes);
    expect(sent).toHaveLength(12);
    expect(sent.slice(0, 2)).toEqual([
      { labelableId: "I_0", labelIds: ["L_running"] },
      { labelableId: "I_0", labelIds: ["L_queued"] },
    ]);
    expect(usage.read()).toContainEqual({
      route: "POST /graphql AddLabelsAndRemoveLabels",
      requests: 2,
      contents: 0,
    });
  });

  test("that were deleted meanwhile are looked up again after the error", async () => {
    const labels = openLabels(testScope().scope);
    const change = [{ issue: { number: 1, nodeId: "I_1" }, add: ["queued"], remove: [] }];
    onList("queued");
    onGraphql(() => ({ data: { p0: null }, errors: [{ type: "NOT_FOUND", message: "no label", path: ["p0"] }] }));
    await expect(labels.change(change)).rejects.toMatchObject({ code: "forge-not-found" });
    onList("queued");
    onGraphql(() => ({ data: { p0: {} } }));
    await labels.change(change);
  });
});
